// Bits that are too random to be worth a code, packed without gaps: the first bit is the lowest of the first
// byte.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "event/little_endian.h"

namespace uproar {

class BitWriter {
 public:
  explicit BitWriter(std::vector<uint8_t>& out) : out_(out) {}

  // The lowest `count` (at most 64) bits of `value`; the others must be 0.
  void put(uint64_t value, unsigned count) {
    if (count > 32) {
      put(value & 0xffffffff, 32);
      value >>= 32;
      count -= 32;
    }
    held_ |= value << used_;
    used_ += count;
    if (used_ < 32) return;
    uint8_t word[4];
    store_little_endian(word, static_cast<uint32_t>(held_));
    out_.insert(out_.end(), word, word + 4);
    held_ >>= 32;
    used_ -= 32;
  }
  // The rest, up to a whole byte.
  void finish() {
    for (; used_ > 0; used_ -= std::min(used_, 8u)) {
      out_.push_back(static_cast<uint8_t>(held_));
      held_ >>= 8;
    }
  }

 private:
  std::vector<uint8_t>& out_;
  uint64_t held_ = 0;  // used_ < 32 bits between calls
  unsigned used_ = 0;
};

// Bits behind the end read as 0; ran_out() tells.
class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  uint64_t get(unsigned count) {
    if (count > 32) {
      const uint64_t low = get(32);
      return low | get(count - 32) << 32;
    }
    const size_t byte = position_ >> 3;
    const unsigned shift = position_ & 7;
    position_ += count;
    uint64_t window = 0;
    if (byte + 8 <= bytes_.size()) {
      window = load_little_endian<uint64_t>(bytes_.data() + byte);
    } else {
      for (size_t i = byte; i < bytes_.size(); ++i) window |= uint64_t{bytes_[i]} << (8 * (i - byte));
    }
    return window >> shift & ((uint64_t{1} << count) - 1);
  }
  bool ran_out() const { return position_ > bytes_.size() * 8; }

 private:
  std::span<const uint8_t> bytes_;
  size_t position_ = 0;  // in bits
};

}  // namespace uproar
