// Names of value types: the kernel's and C's.
#pragma once

#include <string>

#include "plan/fetch.h"

namespace uproar {

// u8, s64, x32, char, string, b3@4/32, x64[4] …
std::string kernel_type_name(const ValueType& type);

// uint8_t, int64_t, char *, unsigned int : 3, uint64_t[4] …: what a C programmer would call it.
std::string c_type_name(const ValueType& type);

}  // namespace uproar
