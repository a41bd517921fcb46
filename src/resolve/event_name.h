// The name of an event that the user gave none. Pure.
#pragma once

#include <string>
#include <string_view>

#include "definition/ast.h"

namespace uproar {

// For a place given by a name that name, with '_' for what no C identifier holds: ns__f for ns::f(int), the
// probe's name for USDT, main_c_17 for a line, ssl_ for 'ssl_*'. Else the kernel's rule p_<file>_0x<offset>,
// where <file> is the base name of `shown_path` up to the first of ". - _". At most 63 characters.
std::string default_event_name(const ast::Site& site, uint64_t file_offset, std::string_view shown_path);

}  // namespace uproar
