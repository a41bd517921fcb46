// .gnu_debugdata: a small ELF file with the function symbols of a stripped one, packed with xz. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace uproar {

// Fedora's largest are below 20 MB; a bomb of xz is 1000 times as long as its text.
constexpr size_t kMaxMiniDebugInfo = size_t{256} << 20;

// The ELF file. Error: not xz, damaged, longer than `limit` or needs more memory than xz -9 does.
Result<std::string> unpack_mini_debug_info(std::span<const uint8_t> packed, size_t limit = kMaxMiniDebugInfo);

}  // namespace uproar
