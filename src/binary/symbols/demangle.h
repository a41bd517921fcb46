// Mangled names to what the programmer wrote. Pure; may be called from several threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uproar {

enum class NameForm : uint8_t {
  Name,      // app::area, max<int>: neither parameters nor what a function returns
  Call,      // app::area(int), max<int>(int, int): parameters, but not what it returns
  Full,      // int max<int>(int, int): as nm -C prints it; Rust without its hash
  Complete,  // as c++filt prints it: typedefs of the standard library spelled out, Rust with its hash
};

// Whether the name begins like a mangled one of C++ (Itanium) or Rust (legacy and v0). Cheap.
bool looks_mangled(std::string_view name);

// Longer results of hostile names, which may grow exponentially, are given up.
constexpr size_t kMaxDemangled = size_t{1} << 16;

// Replaces the content of `out`. False, and an empty `out`, for what is no mangled name and what is out of
// bounds. A suffix of the compiler stays behind the name: area(int) [clone .constprop.0].
bool demangle(const std::string& mangled, NameForm form, std::string& out);

// The demangled name, or the name itself where it is none.
std::string readable_name(const std::string& name, NameForm form);

}  // namespace uproar
