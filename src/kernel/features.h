// Asks the running system what it allows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lower/capabilities.h"

namespace uproar {

// Changes nothing and never fails: what cannot be found out stays at "no".
Capabilities probe_capabilities();

// CapEff of a /proc/PID/status text, bit N for capability N; 0 if it is not there. Pure.
uint64_t effective_capabilities(std::string_view status);

}  // namespace uproar
