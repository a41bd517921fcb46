// What is wrong with a recording, place by place.
#pragma once

#include <cstdint>
#include <string>

namespace uproar {

// A place in the file that could not be read, and what that cost.
struct Damage {
  uint64_t offset = 0;  // in the file
  uint64_t bytes = 0;   // passed over
  std::string reason;   // "checksum of block does not match", …
};

}  // namespace uproar
