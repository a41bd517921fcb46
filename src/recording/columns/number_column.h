// A column of numbers to bytes and back. Pure. formats/recording/README.md has the bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "recording/columns/number_plan.h"
#include "recording/columns/number_set.h"
#include "recording/columns/rans.h"

namespace uproar {

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

}  // namespace uproar
