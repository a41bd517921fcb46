// How a column of numbers is stored: the plans there are, and what each leaves to be coded. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace uproar {

enum class NumberCodec : uint8_t {
  Constant = 0,    // all are the same
  Linear = 1,      // each is the one before and a fixed step
  Varint = 2,      // a varint each
  Entropy = 3,     // log-linear symbols under a range coder, and bits
  Planes = 4,      // all first bytes, all second bytes …: for the block's compressor
  Dictionary = 5,  // the different ones, and a column of which
};

// What is coded of Varint, Entropy and Planes: the numbers, their differences (the first number apart), or
// the differences of these (the first two apart); differences as zigzag.
enum class Transform : uint8_t { None = 0, Delta = 1, Delta2 = 2 };

// How a column is stored.
struct NumberPlan {
  NumberCodec codec = NumberCodec::Varint;
  Transform transform = Transform::None;
  unsigned mantissa_bits = 0;  // of Entropy
  bool operator==(const NumberPlan&) const = default;
};

// The numbers that `transform` leaves to be coded, of values.size() less than what stands apart.
void apply_transform(Transform transform, std::span<const uint64_t> values, std::vector<uint64_t>& out);
// How many of `count` numbers stand apart.
inline size_t apart(Transform transform, size_t count) {
  return std::min<size_t>(static_cast<size_t>(transform), count);
}

// All numbers less the smallest, without the zero bits that they have in common at the end.
struct Frame {
  uint64_t base = 0;
  unsigned shift = 0;
  uint64_t most = 0;  // the largest of what remains

  uint64_t within(uint64_t value) const { return (value - base) >> shift; }
};
Frame frame_of(std::span<const uint64_t> values);

}  // namespace uproar
