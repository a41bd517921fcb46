// Is this a recording that this version reads, and if not, what is it? Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace uproar {

// Bytes from the beginning of a file that check_file_start wants to see (all of a shorter file).
inline constexpr size_t kFileStartBytes = 4096;

struct FileStart {
  uint64_t first_block = 0;     // offset
  bool header_damaged = false;  // but a block follows it, so that this is a recording all the same
};

// `start` is the beginning of the file `name`. Errors say what the file is, or what is wrong with it, and
// what to do.
Result<FileStart> check_file_start(std::span<const uint8_t> start, const std::string& name);

}  // namespace uproar
