// Versions of the kernel, as uname -r tells them. Pure.
#pragma once

#include <string_view>

namespace uproar {

// major * 1000 + minor of "6.18.44-fc", 0 for another text.
unsigned kernel_version(std::string_view release);

}  // namespace uproar
