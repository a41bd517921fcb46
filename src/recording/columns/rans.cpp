#include "recording/columns/rans.h"

#include <algorithm>

#include "event/little_endian.h"

namespace uproar {

namespace {

// States stay in [2^16, 2^32).
constexpr uint32_t kLowestState = uint32_t{1} << 16;
constexpr unsigned kFewScaleBits = 12, kManyScaleBits = 14;
constexpr size_t kFewSymbols = 1024;

}  // namespace

// Fills codes_ and used_; the number of bits that frequencies are scaled to.
unsigned RansEncoder::count(std::span<const uint16_t> symbols) {
  const size_t size = size_t{*std::max_element(symbols.begin(), symbols.end())} + 1;
  // Counted in two halves that take turns: a counter that was just written is slow to read again.
  counts_.assign(size * 2, 0);
  uint32_t* const even = counts_.data();
  uint32_t* const odd = even + size;
  for (size_t i = 0; i + 1 < symbols.size(); i += 2) {
    ++even[symbols[i]];
    ++odd[symbols[i + 1]];
  }
  if (symbols.size() % 2 != 0) ++even[symbols.back()];
  codes_.resize(size);
  used_.clear();
  for (size_t i = 0; i < size; ++i) {
    codes_[i].frequency = even[i] + odd[i];
    if (codes_[i].frequency > 0) used_.push_back(static_cast<uint16_t>(i));
  }
  return used_.size() <= kFewSymbols ? kFewScaleBits : kManyScaleBits;
}

// Frequencies whose sum is 2^scale_bits, none of them 0.
void RansEncoder::normalize(size_t symbols, unsigned scale_bits) {
  const uint32_t total = uint32_t{1} << scale_bits;
  int64_t left = total;
  for (uint16_t symbol : used_) {
    uint32_t& frequency = codes_[symbol].frequency;
    frequency = std::max<uint32_t>(1, static_cast<uint32_t>(uint64_t{frequency} * total / symbols));
    left -= frequency;
  }
  // What rounding left goes to the most frequent, which it changes least; what rare symbols took too much
  // comes from the frequent ones in turn.
  while (left != 0) {
    uint16_t most = used_.front();
    for (uint16_t symbol : used_) {
      if (codes_[symbol].frequency > codes_[most].frequency) most = symbol;
    }
    uint32_t& frequency = codes_[most].frequency;
    const int64_t change = left > 0 ? left : -std::min<int64_t>(-left, std::max<int64_t>(1, frequency / 8));
    frequency = static_cast<uint32_t>(frequency + change);
    left -= change;
  }
  uint32_t start = 0;
  for (uint16_t symbol : used_) {
    Code& code = codes_[symbol];
    code.rest = total - code.frequency;
    code.bias = start;
    code.reciprocal = ~uint64_t{0} / code.frequency + 1;
    if (code.frequency == 1) {
      // 2^64 does not fit: one less gives a quotient that is one too small (no state is 0).
      code.reciprocal = ~uint64_t{0};
      code.bias += code.rest;
    }
    start += code.frequency;
  }
}

void RansEncoder::encode(std::span<const uint16_t> symbols, ByteWriter& out) {
  const unsigned scale_bits = count(symbols);
  normalize(symbols.size(), scale_bits);
  out.u8(static_cast<uint8_t>(scale_bits));
  out.varint(used_.size());
  uint32_t expected = 0;
  for (uint16_t symbol : used_) {
    out.varint(symbol - expected);
    out.varint(codes_[symbol].frequency);
    expected = symbol + 1u;
  }
  if (words_.size() < symbols.size()) words_.resize(symbols.size());
  uint16_t* end = words_.data();
  uint64_t states[2] = {kLowestState, kLowestState};
  for (size_t i = symbols.size(); i-- > 0;) {
    const Code& code = codes_[symbols[i]];
    uint64_t state = states[i & 1];
    *end = static_cast<uint16_t>(state);
    const bool full = state >= uint64_t{code.frequency} << (32 - scale_bits);
    end += full;
    state >>= full ? 16 : 0;
    // (state / frequency << scale_bits) + state % frequency + start
    const auto quotient =
        static_cast<uint64_t>(static_cast<unsigned __int128>(state) * code.reciprocal >> 64);
    states[i & 1] = state + code.bias + quotient * code.rest;
  }
  out.u32(static_cast<uint32_t>(states[0]));
  out.u32(static_cast<uint32_t>(states[1]));
  const auto words = static_cast<size_t>(end - words_.data());
  out.varint(words);
  const std::span<uint8_t> coded = out.room(words * 2);
  for (size_t i = 0; i < words; ++i) store_little_endian(coded.data() + 2 * i, *--end);
}

bool RansDecoder::read_table(ByteReader& in, unsigned& scale_bits) {
  scale_bits = in.u8();
  if (scale_bits != kFewScaleBits && scale_bits != kManyScaleBits) return false;
  const uint32_t total = uint32_t{1} << scale_bits;
  slots_.resize(total);
  uint64_t symbol = 0;
  uint32_t filled = 0;
  for (uint64_t left = in.varint(); left > 0 && !in.failed(); --left) {
    const uint64_t skipped = in.varint();
    symbol += skipped;
    const uint64_t frequency = in.varint();
    if (skipped >= kMaxSymbols || symbol >= kMaxSymbols || frequency == 0 || frequency > total - filled)
      return false;
    const uint64_t first = symbol | frequency << 16;
    uint64_t* const slots = slots_.data() + filled;
    for (uint64_t i = 0; i < frequency; ++i) slots[i] = first + (i << 32);
    largest_ = static_cast<uint16_t>(symbol);
    filled += static_cast<uint32_t>(frequency);
    ++symbol;
  }
  return !in.failed() && filled == total;
}

bool RansDecoder::decode(ByteReader& in, std::span<uint16_t> out) {
  unsigned scale_bits = 0;
  if (!read_table(in, scale_bits)) return false;
  uint32_t states[2] = {in.u32(), in.u32()};
  const uint64_t words = in.varint();
  if (in.failed() || words > in.remaining() / 2) return false;
  const std::span<const uint8_t> bytes = in.bytes(words * 2);
  const uint8_t* word = bytes.data();
  const uint8_t* end = word + bytes.size();
  const uint32_t mask = (uint32_t{1} << scale_bits) - 1;
  const uint64_t* const slots = slots_.data();
  // Takes a symbol out of a state; false if a word is wanted that is not there.
  const auto take = [&](uint32_t& state, uint16_t& symbol) {
    const uint64_t slot = slots[state & mask];
    symbol = static_cast<uint16_t>(slot);
    state = static_cast<uint16_t>(slot >> 16) * (state >> scale_bits) + static_cast<uint32_t>(slot >> 32);
    if (state >= kLowestState) return true;
    if (word == end) return false;
    state = state << 16 | load_little_endian<uint16_t>(word);
    word += 2;
    return true;
  };
  uint32_t even = states[0], odd = states[1];
  size_t i = 0;
  for (; i + 1 < out.size(); i += 2) {
    if (!take(even, out[i]) || !take(odd, out[i + 1])) return false;
  }
  if (i < out.size() && !take(even, out[i])) return false;
  return word == end && even == kLowestState && odd == kLowestState;
}

}  // namespace uproar
