// How the demanglers write types of C++. Pure.
#pragma once

#include <string>
#include <string_view>

namespace uproar {

// const behind what it belongs to, as the demanglers print it: "f(const char*, const T<int>&)" becomes
// "f(char const*, T<int> const&)". Text that is no list of types stays as it is.
std::string with_const_behind(std::string_view text);

}  // namespace uproar
