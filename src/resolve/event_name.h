// The name of an event that the user gave none. Pure.
#pragma once

#include <string>
#include <string_view>

#include "plan/probe_plan.h"

namespace uproar {

// For a place given by symbol the symbol, with '_' for what no C identifier holds (ns::f is ns__f); else the
// kernel's rule p_<file>_0x<offset>, where <file> is the base name of `shown_path` up to the first of ". -
// _". At most 63 characters.
std::string default_event_name(const ProbeSite& site, bool given_by_symbol, std::string_view shown_path);

}  // namespace uproar
