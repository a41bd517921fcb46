// Numbers in either order of bytes, as files of other machines have them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace uproar {

// All of `bytes` (text, or a span of bytes; 8 at most) as one number.
template <typename Bytes>
uint64_t ordered_number(const Bytes& bytes, bool is_big_endian) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i)
    value = value << 8 | static_cast<uint8_t>(bytes[is_big_endian ? i : bytes.size() - 1 - i]);
  return value;
}

}  // namespace uproar
