// An entropy coder: symbols take about as many bits as their frequency is worth. Pure.
//
// Range asymmetric numeral systems (Duda 2013, https://arxiv.org/abs/1311.2540) with two states of 32 bits
// that take turns and give off 16 bits at a time. Frequencies are counted before coding and stand in front of
// the coded words.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace uproar {

// Symbols are below this.
inline constexpr uint32_t kMaxSymbols = 1 << 14;

class RansEncoder {
 public:
  // Table, states and words. Requires at least one symbol. Keeps its memory.
  void encode(std::span<const uint16_t> symbols, ByteWriter& out);

 private:
  struct Code {
    uint32_t frequency = 0;
    uint32_t rest = 0;        // 2^scale_bits - frequency
    uint64_t bias = 0;        // start of its range, and what the quotient of frequency 1 lacks
    uint64_t reciprocal = 0;  // 2^64 / frequency, rounded up: division is the dearest part of coding
  };
  unsigned count(std::span<const uint16_t> symbols);
  void normalize(size_t symbols, unsigned scale_bits);

  std::vector<uint32_t> counts_;
  std::vector<Code> codes_;     // by symbol; frequency 0: not used
  std::vector<uint16_t> used_;  // symbols, ascending
  // In the order in which they were given off: the decoder reads them backwards.
  std::vector<uint16_t> words_;
};

class RansDecoder {
 public:
  // False if the bytes are no table or the words do not end where the states say. `out` is filled.
  bool decode(ByteReader& in, std::span<uint16_t> out);
  // The largest symbol of the table that was read last.
  uint16_t largest_symbol() const { return largest_; }

 private:
  bool read_table(ByteReader& in, unsigned& scale_bits);

  // From the lowest bits: 16 the symbol, 16 its frequency, 16 the slot's place in its symbol's range. In one
  // number, because that fills and reads fastest.
  std::vector<uint64_t> slots_;
  uint16_t largest_ = 0;
};

}  // namespace uproar
