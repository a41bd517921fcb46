#include "recording/columns/number_choice.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <vector>

#include "recording/columns/log_linear.h"

namespace uproar {

namespace {

// Below this a table of symbols costs more than it can save.
constexpr size_t kFewValues = 48;
// Below this only coarse symbols are tried, and no trial compression.
constexpr size_t kSomeValues = 1024;
// A longer column is judged by four stretches of a quarter of this.
constexpr size_t kSample = 2048;
constexpr size_t kStretches = 4;
// A symbol's entry in the table, after the block's compressor.
constexpr double kTableBits = 14;
constexpr size_t kMaxDictionary = 4096;
constexpr Transform kTransforms[] = {Transform::None, Transform::Delta, Transform::Delta2};

// How far a transform may be behind the best, in bits of its numbers, to be looked at.
constexpr double kNearlyBest = 1.15;

// Thousands of symbols take a reader longer than what they save is worth, if that is less than this.
constexpr double kFineSymbols = 1.01;

struct Scratch {
  std::vector<uint64_t> sample, distinct;
  std::vector<uint64_t> coded[3];  // by transform
  std::vector<uint32_t> counts;
  std::vector<uint8_t> planes, packed;
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> zstd{ZSTD_createCCtx(), ZSTD_freeCCtx};
};

struct Best {
  NumberPlan plan;
  double bits = 0;
  bool any = false;

  void offer(NumberPlan offered, double needed) {
    if (any && needed >= bits) return;
    plan = offered;
    bits = needed;
    any = true;
  }
};

// n·log2(n), which is asked for small n over and over.
double times_log2(uint32_t n) {
  static const std::vector<double> kTable = [] {
    std::vector<double> table(kSample + 1);
    for (size_t i = 2; i < table.size(); ++i)
      table[i] = static_cast<double>(i) * std::log2(static_cast<double>(i));
    return table;
  }();
  return n < kTable.size() ? kTable[n] : n * std::log2(n);
}

double varint_bits(std::span<const uint64_t> coded) {
  uint64_t bytes = 0;
  for (uint64_t value : coded) bytes += (70 - static_cast<unsigned>(std::countl_zero(value | 1))) / 7;
  return 8.0 * static_cast<double>(bytes);
}

uint64_t widths(std::span<const uint64_t> coded) {
  uint64_t bits = 0;
  for (uint64_t value : coded) bits += static_cast<unsigned>(std::bit_width(value));
  return bits;
}

// `times`: the column is so many times the sample.
double entropy_bits(std::span<const uint64_t> coded, unsigned mantissa_bits, double times, Scratch& scratch) {
  const LogLinear scale(mantissa_bits);
  const uint64_t most = *std::max_element(coded.begin(), coded.end());
  scratch.counts.assign(scale.symbol(most) + 1, 0);
  uint64_t extra = 0;
  for (uint64_t value : coded) {
    const uint32_t symbol = scale.symbol(value);
    ++scratch.counts[symbol];
    extra += scale.extra_bits(symbol);
  }
  double bits = static_cast<double>(extra) + times_log2(static_cast<uint32_t>(coded.size()));
  double used = 0;
  for (uint32_t count : scratch.counts) {
    if (count == 0) continue;
    bits -= times_log2(count);
    ++used;
  }
  // Symbols that the sample has once or twice have neighbours that it has not.
  const double table =
      kTableBits * std::min(used * std::min(times, 2.0), static_cast<double>(coded.size()) * times);
  return bits * times + table;
}

double plane_bits(std::span<const uint64_t> coded, double times, Scratch& scratch) {
  const uint64_t most = *std::max_element(coded.begin(), coded.end());
  const unsigned width = (71 - static_cast<unsigned>(std::countl_zero(most | 1))) / 8;
  scratch.planes.resize(coded.size() * width);
  uint8_t* out = scratch.planes.data();
  for (unsigned plane = 0; plane < width; ++plane) {
    for (uint64_t value : coded) *out++ = static_cast<uint8_t>(value >> (8 * plane));
  }
  scratch.packed.resize(ZSTD_compressBound(scratch.planes.size()));
  const size_t size = ZSTD_compressCCtx(scratch.zstd.get(), scratch.packed.data(), scratch.packed.size(),
                                        scratch.planes.data(), scratch.planes.size(), 1);
  return 8.0 * static_cast<double>(ZSTD_isError(size) ? scratch.planes.size() : size) * times;
}

bool is_linear(std::span<const uint64_t> values) {
  const uint64_t step = values[1] - values[0];
  for (size_t i = 2; i < values.size(); ++i) {
    if (values[i] - values[i - 1] != step) return false;
  }
  return true;
}

void offer_dictionary(std::span<const uint64_t> values, double times, Scratch& scratch, Best& best) {
  auto& distinct = scratch.distinct;
  // A look at the first ones spares sorting what is no dictionary.
  const auto some = values.first(std::min<size_t>(values.size(), 256));
  distinct.assign(some.begin(), some.end());
  std::sort(distinct.begin(), distinct.end());
  const auto different_ones = std::unique(distinct.begin(), distinct.end()) - distinct.begin();
  if (static_cast<size_t>(different_ones) * 3 > some.size() * 2) return;
  double bits = 0;
  size_t different = 0;
  uint64_t previous = 0;
  const auto count_one = [&](uint64_t value, size_t times_met) {
    const double count = static_cast<double>(times_met);
    bits += count * std::log2(static_cast<double>(values.size()) / count);
    bits += (kTableBits + 8 + static_cast<double>(std::bit_width(value - previous))) / times;
    previous = value;
    ++different;
  };
  if (*std::max_element(values.begin(), values.end()) < kMaxDictionary) {
    // Small numbers are counted, which is faster than sorting them.
    scratch.counts.assign(kMaxDictionary, 0);
    for (uint64_t value : values) ++scratch.counts[value];
    for (size_t value = 0; value < kMaxDictionary; ++value) {
      if (scratch.counts[value] > 0) count_one(value, scratch.counts[value]);
    }
  } else {
    distinct.assign(values.begin(), values.end());
    std::sort(distinct.begin(), distinct.end());
    for (size_t i = 0; i < distinct.size();) {
      size_t end = i + 1;
      while (end < distinct.size() && distinct[end] == distinct[i]) ++end;
      count_one(distinct[i], end - i);
      i = end;
      if (different > kMaxDictionary) return;
    }
  }
  // Numbers of which the sample has most only once are no dictionary.
  if (different * 2 > values.size()) return;
  best.offer({NumberCodec::Dictionary, Transform::None, 0}, bits * times);
}

}  // namespace

std::optional<NumberPlan> exact_plan(std::span<const uint64_t> values) {
  if (std::all_of(values.begin(), values.end(), [&](uint64_t value) { return value == values[0]; }))
    return NumberPlan{NumberCodec::Constant, Transform::None, 0};
  if (is_linear(values)) return NumberPlan{NumberCodec::Linear, Transform::None, 0};
  return std::nullopt;
}

NumberPlan choose_plan(std::span<const uint64_t> values, bool dictionary_allowed) {
  if (const auto exact = exact_plan(values)) return *exact;

  static thread_local Scratch scratch;
  std::span<const uint64_t> sample = values;
  const size_t stretches = values.size() > kSample ? kStretches : 1;
  if (stretches > 1) {
    scratch.sample.clear();
    for (size_t i = 0; i < kStretches; ++i) {
      const size_t from = i * (values.size() - kSample / kStretches) / (kStretches - 1);
      scratch.sample.insert(scratch.sample.end(), values.begin() + static_cast<ptrdiff_t>(from),
                            values.begin() + static_cast<ptrdiff_t>(from + kSample / kStretches));
    }
    sample = scratch.sample;
  }
  const double times = static_cast<double>(values.size()) / static_cast<double>(sample.size());

  uint64_t bits[3], most[3];
  uint64_t least = ~uint64_t{0};
  for (Transform transform : kTransforms) {
    auto& coded = scratch.coded[static_cast<size_t>(transform)];
    apply_transform(transform, sample, coded);
    // Where two stretches meet, the differences are none of the column's.
    const size_t before = static_cast<size_t>(transform);
    for (size_t joint = stretches; joint-- > 1 && before > 0;) {
      const auto at = coded.begin() + static_cast<ptrdiff_t>(joint * (sample.size() / stretches) - before);
      coded.erase(at, at + static_cast<ptrdiff_t>(before));
    }
    const Frame frame = frame_of(coded);
    for (uint64_t& value : coded) value = frame.within(value);
    most[before] = frame.most;
    bits[before] = coded.empty() ? ~uint64_t{0} : widths(coded);
    least = std::min(least, bits[before]);
  }

  Best best;
  for (Transform transform : kTransforms) {
    const auto& coded = scratch.coded[static_cast<size_t>(transform)];
    const uint64_t width = bits[static_cast<size_t>(transform)];
    const bool near = static_cast<double>(width) <= static_cast<double>(least) * kNearlyBest;
    if (coded.empty() || (!near && transform != Transform::None)) continue;
    best.offer({NumberCodec::Varint, transform, 0}, varint_bits(coded) * times);
    if (values.size() < kFewValues) continue;
    const bool long_column = values.size() >= kSomeValues;
    // Patterns that come again and again are zstd's: it may find them in numbers that are not small.
    if (long_column) best.offer({NumberCodec::Planes, transform, 0}, plane_bits(coded, times, scratch));
    if (!near) continue;
    for (unsigned mantissa_bits : {0u, 3u, 6u, 8u}) {
      if (mantissa_bits > 3 && !long_column) break;
      const double worth = mantissa_bits > 3 ? kFineSymbols : 1;
      best.offer({NumberCodec::Entropy, transform, mantissa_bits},
                 worth * entropy_bits(coded, mantissa_bits, times, scratch));
      // Finer symbols would be the same.
      if (LogLinear(mantissa_bits).is_own_symbol(most[static_cast<size_t>(transform)])) break;
    }
  }
  if (dictionary_allowed && values.size() >= kFewValues) offer_dictionary(sample, times, scratch, best);
  return best.plan;
}

}  // namespace uproar
