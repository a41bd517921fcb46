// A column of numbers to bytes and back. Pure. formats/recording/README.md has the bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "recording/columns/number_set.h"
#include "recording/columns/rans.h"

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

class PlanMemory;
class RememberedPlan;

// Keeps its memory. The rule that chooses the plan is in recording/columns/number_choice.h.
class NumberEncoder {
 public:
  // By the plan that takes least on a sample of the column, or by the one that `remembered` has for it.
  void encode(std::span<const uint64_t> values, ByteWriter& out);
  // For all columns from here on; null: none. Must outlive them.
  void remember(PlanMemory* remembered) { remembered_ = remembered; }
  // Requires values; Linear and Constant must be true of them.
  void encode(std::span<const uint64_t> values, NumberPlan plan, ByteWriter& out);

 private:
  void encode_remembered(std::span<const uint64_t> values, RememberedPlan& known, RememberedPlan* indices,
                         ByteWriter& out);
  void encode_by(std::span<const uint64_t> values, NumberPlan plan, RememberedPlan* indices, ByteWriter& out);
  void encode_dictionary(std::span<const uint64_t> values, RememberedPlan* indices, ByteWriter& out);
  void encode_entropy(std::span<const uint64_t> coded, uint64_t most, unsigned mantissa_bits,
                      ByteWriter& out);

  RansEncoder rans_;
  PlanMemory* remembered_ = nullptr;
  NumberSet distinct_;
  std::vector<uint64_t> coded_, indices_;
  std::vector<uint16_t> symbols_;
  std::vector<uint8_t> bits_;
};

class NumberDecoder {
 public:
  // Fills `out`; false if the bytes are no column of so many numbers.
  bool decode(ByteReader& in, std::span<uint64_t> out) { return decode(in, out, true); }
  // True if a column of one number for all rows stands at `in`: then it is read. Else nothing is.
  static bool decode_constant(ByteReader& in, uint64_t& value);

 private:
  bool decode(ByteReader& in, std::span<uint64_t> out, bool dictionary_allowed);
  bool decode_coded(NumberCodec codec, ByteReader& in, std::span<uint64_t> out);
  bool decode_entropy(ByteReader& in, std::span<uint64_t> out);
  bool decode_planes(ByteReader& in, std::span<uint64_t> out);
  bool decode_dictionary(ByteReader& in, std::span<uint64_t> out);

  RansDecoder rans_;
  std::vector<uint16_t> symbols_;
  std::vector<uint64_t> distinct_;
};

// The numbers that `transform` leaves to be coded, of values.size() less than what stands apart.
void apply_transform(Transform transform, std::span<const uint64_t> values, std::vector<uint64_t>& out);
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
