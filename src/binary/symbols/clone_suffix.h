// What compilers append to the names of a function's copies and parts. Pure.
#pragma once

#include <string_view>

namespace uproar {

// The part of a name that a compiler appended (".constprop.0", ".cold", ".1"), empty if none: only suffixes that
// are known to be such, since Go and Rust have dots in their names.
std::string_view clone_suffix(std::string_view name);
// Code that a compiler moved out of a function, which is no function of its own; also an entry of a jump table
// that leads to one (f.cfi_jt) and what chooses among versions of one (f.resolver).
bool is_cold_part(std::string_view name);
// The part of a function that its callers did not inline: they go on to it behind the part that they did.
bool is_outlined_part(std::string_view name);
// Whether a clone has its parameters where the function has them: renamed (f.1, f.llvm.123, f.cfi) or compiled
// for another processor (f.avx2.0), but not specialised (f.constprop.0).
bool keeps_parameters(std::string_view name);

}  // namespace uproar
