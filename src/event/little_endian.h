// Numbers out of and into unaligned little-endian bytes, on machines of either byte order.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace uproar {

static_assert(std::endian::native == std::endian::little || std::endian::native == std::endian::big);

// The bytes are the caller's to check: sizeof(T) of them are read or written.
template <typename T>
T swap_if_big_endian(T value) {
  if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return __builtin_bswap16(value);
  } else if constexpr (sizeof(T) == 4) {
    return __builtin_bswap32(value);
  } else {
    return __builtin_bswap64(value);
  }
}

template <typename T>
T load_little_endian(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return swap_if_big_endian(value);
}

template <typename T>
void store_little_endian(uint8_t* bytes, T value) {
  value = swap_if_big_endian(value);
  std::memcpy(bytes, &value, sizeof value);
}

}  // namespace uproar
