// What a kernel that was locked down (Documentation/admin-guide/LSM, lockdown) still allows.
#pragma once

#include <string>
#include <string_view>

namespace uproar {

// none, integrity or confidentiality; empty: this kernel has no lockdown.
std::string lockdown_mode();

// "none" of "[none] integrity confidentiality"; empty if nothing is marked. Pure.
std::string active_lockdown(std::string_view text);

}  // namespace uproar
