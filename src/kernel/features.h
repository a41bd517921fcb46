// Asks the running system what it allows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lower/capabilities.h"

namespace uproar {

// Changes nothing and never fails: what cannot be found out stays at "no".
Capabilities probe_capabilities();

// The pure parts of it.

// Where /proc/mounts says that tracefs is, /sys/kernel/tracing if it is among several; empty: nowhere.
std::string find_tracefs_mount(std::string_view mounts);

// "none" of "[none] integrity confidentiality"; empty if nothing is marked.
std::string active_lockdown(std::string_view text);

// CapEff of a /proc/PID/status text, bit N for capability N; 0 if it is not there.
uint64_t effective_capabilities(std::string_view status);

}  // namespace uproar
