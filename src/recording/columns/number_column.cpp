#include "recording/columns/number_column.h"

#include <algorithm>
#include <bit>

#include "recording/columns/bit_stream.h"
#include "recording/columns/log_linear.h"
#include "recording/columns/number_choice.h"
#include "recording/columns/plan_memory.h"

namespace uproar {

namespace {

uint64_t unzigzag(uint64_t coded) {
  return coded >> 1 ^ (~(coded & 1) + 1);
}

// Bytes that hold `value`.
unsigned width_of(uint64_t value) {
  return (71 - static_cast<unsigned>(std::countl_zero(value | 1))) / 8;
}

}  // namespace

void NumberEncoder::encode(std::span<const uint64_t> values, ByteWriter& out) {
  if (remembered_ == nullptr) return encode(values, choose_plan(values), out);
  PlanMemory::Column& known = remembered_->next();
  encode_remembered(values, known.plan, &known.indices, out);
}

void NumberEncoder::encode(std::span<const uint64_t> values, NumberPlan plan, ByteWriter& out) {
  encode_by(values, plan, nullptr, out);
}

// `indices`: of the dictionary that the plan may be; null: it may not.
void NumberEncoder::encode_remembered(std::span<const uint64_t> values, RememberedPlan& known,
                                      RememberedPlan* indices, ByteWriter& out) {
  if (const auto exact = exact_plan(values)) return encode_by(values, *exact, nullptr, out);
  const size_t begin = out.size();
  if (known.may_serve(values.size())) {
    encode_by(values, known.plan(), indices, out);
    if (known.went_well(values.size(), out.size() - begin)) return;
    out.truncate(begin);
  }
  const NumberPlan plan = choose_plan(values, indices != nullptr);
  encode_by(values, plan, indices, out);
  known.set(plan, values.size(), out.size() - begin);
}

void NumberEncoder::encode_by(std::span<const uint64_t> values, NumberPlan plan, RememberedPlan* indices,
                              ByteWriter& out) {
  out.u8(static_cast<uint8_t>(plan.codec));
  if (plan.codec == NumberCodec::Constant) return out.varint(values.empty() ? 0 : values[0]);
  if (plan.codec == NumberCodec::Linear) {
    out.varint(values[0]);
    return out.signed_varint(static_cast<int64_t>(values[1] - values[0]));
  }
  if (plan.codec == NumberCodec::Dictionary) return encode_dictionary(values, indices, out);

  std::span<const uint64_t> plain = values;
  if (plan.transform != Transform::None) {
    apply_transform(plan.transform, values, coded_);
    plain = coded_;
  }
  const Frame frame = frame_of(plain);
  coded_.resize(plain.size());
  for (size_t i = 0; i < plain.size(); ++i) coded_[i] = frame.within(plain[i]);
  out.u8(static_cast<uint8_t>(plan.transform));
  const size_t before = apart(plan.transform, values.size());
  if (before > 0) out.varint(values[0]);
  if (before > 1) out.signed_varint(static_cast<int64_t>(values[1] - values[0]));
  out.varint(frame.base);
  out.u8(static_cast<uint8_t>(frame.shift));
  if (coded_.empty()) return;
  if (plan.codec == NumberCodec::Varint) {
    for (uint64_t value : coded_) out.varint(value);
  } else if (plan.codec == NumberCodec::Entropy) {
    encode_entropy(coded_, frame.most, plan.mantissa_bits, out);
  } else {
    const unsigned width = width_of(frame.most);
    out.u8(static_cast<uint8_t>(width));
    uint8_t* byte = out.room(coded_.size() * width).data();
    for (unsigned plane = 0; plane < width; ++plane) {
      for (uint64_t value : coded_) *byte++ = static_cast<uint8_t>(value >> (8 * plane));
    }
  }
}

void NumberEncoder::encode_entropy(std::span<const uint64_t> coded, uint64_t most, unsigned mantissa_bits,
                                   ByteWriter& out) {
  const LogLinear scale(mantissa_bits);
  symbols_.resize(coded.size());
  bits_.clear();
  if (scale.is_own_symbol(most)) {
    std::transform(coded.begin(), coded.end(), symbols_.begin(),
                   [](uint64_t value) { return static_cast<uint16_t>(value); });
  } else {
    BitWriter bits(bits_);
    for (size_t i = 0; i < coded.size(); ++i) {
      const uint32_t symbol = scale.symbol(coded[i]);
      symbols_[i] = static_cast<uint16_t>(symbol);
      bits.put(coded[i] - scale.first(symbol), scale.extra_bits(symbol));
    }
    bits.finish();
  }
  out.u8(static_cast<uint8_t>(mantissa_bits));
  rans_.encode(symbols_, out);
  out.varint(bits_.size());
  out.bytes(bits_);
}

void NumberEncoder::encode_dictionary(std::span<const uint64_t> values, RememberedPlan* indices,
                                      ByteWriter& out) {
  distinct_.sort_out(values, indices_);
  out.varint(distinct_.values().size());
  uint64_t previous = 0;
  for (uint64_t value : distinct_.values()) {
    out.varint(value - previous);
    previous = value;
  }
  if (indices == nullptr) return encode_by(indices_, choose_plan(indices_, false), nullptr, out);
  encode_remembered(indices_, *indices, nullptr, out);
}

bool NumberDecoder::decode_constant(ByteReader& in, uint64_t& value) {
  ByteReader ahead = in;
  if (ahead.u8() != static_cast<uint8_t>(NumberCodec::Constant) || ahead.failed()) return false;
  value = ahead.varint();
  in = ahead;
  return true;
}

bool NumberDecoder::decode(ByteReader& in, std::span<uint64_t> out, bool dictionary_allowed) {
  const uint8_t codec = in.u8();
  switch (static_cast<NumberCodec>(codec)) {
    case NumberCodec::Constant:
      std::fill(out.begin(), out.end(), in.varint());
      return !in.failed();
    case NumberCodec::Linear: {
      uint64_t value = in.varint();
      const auto step = static_cast<uint64_t>(in.signed_varint());
      for (uint64_t& number : out) {
        number = value;
        value += step;
      }
      return !in.failed();
    }
    case NumberCodec::Varint:
    case NumberCodec::Entropy:
    case NumberCodec::Planes:
      return decode_coded(static_cast<NumberCodec>(codec), in, out);
    case NumberCodec::Dictionary:
      return dictionary_allowed && decode_dictionary(in, out);
  }
  return false;
}

bool NumberDecoder::decode_coded(NumberCodec codec, ByteReader& in, std::span<uint64_t> out) {
  const uint8_t transform = in.u8();
  if (transform > static_cast<uint8_t>(Transform::Delta2)) return false;
  const size_t before = apart(static_cast<Transform>(transform), out.size());
  const uint64_t first = before > 0 ? in.varint() : 0;
  const auto step = before > 1 ? static_cast<uint64_t>(in.signed_varint()) : 0;
  const uint64_t base = in.varint();
  const uint8_t shift = in.u8();
  if (in.failed() || shift > 63) return false;
  const std::span<uint64_t> coded = out.subspan(before);
  if (!coded.empty()) {
    if (codec == NumberCodec::Varint) {
      for (uint64_t& value : coded) value = in.varint();
      if (in.failed()) return false;
    } else if (!(codec == NumberCodec::Entropy ? decode_entropy(in, coded) : decode_planes(in, coded))) {
      return false;
    }
  }
  uint64_t value = first;
  switch (static_cast<Transform>(transform)) {
    case Transform::None:
      for (uint64_t& number : coded) number = (number << shift) + base;
      break;
    case Transform::Delta:
      if (before > 0) out[0] = first;
      for (uint64_t& number : coded) number = value += unzigzag((number << shift) + base);
      break;
    case Transform::Delta2: {
      uint64_t difference = step;
      if (before > 0) out[0] = first;
      if (before > 1) out[1] = value += step;
      for (uint64_t& number : coded) number = value += difference += unzigzag((number << shift) + base);
      break;
    }
  }
  return true;
}

bool NumberDecoder::decode_entropy(ByteReader& in, std::span<uint64_t> out) {
  const uint8_t mantissa_bits = in.u8();
  if (mantissa_bits > kMaxMantissaBits) return false;
  symbols_.resize(out.size());
  if (!rans_.decode(in, symbols_)) return false;
  BitReader bits(in.bytes(in.varint()));
  if (in.failed()) return false;
  const LogLinear scale(mantissa_bits);
  if (scale.is_own_symbol(rans_.largest_symbol())) {
    std::copy(symbols_.begin(), symbols_.end(), out.begin());
    return true;
  }
  const uint32_t end = scale.symbols();
  for (size_t i = 0; i < out.size(); ++i) {
    const uint32_t symbol = symbols_[i];
    if (symbol >= end) return false;
    const unsigned extra = scale.extra_bits(symbol);
    out[i] = scale.first(symbol) + (extra == 0 ? 0 : bits.get(extra));
  }
  return !bits.ran_out();
}

bool NumberDecoder::decode_planes(ByteReader& in, std::span<uint64_t> out) {
  const uint8_t width = in.u8();
  if (width == 0 || width > 8) return false;
  std::fill(out.begin(), out.end(), 0);
  for (unsigned plane = 0; plane < width; ++plane) {
    const std::span<const uint8_t> bytes = in.bytes(out.size());
    if (in.failed()) return false;
    for (size_t i = 0; i < out.size(); ++i) out[i] |= uint64_t{bytes[i]} << (8 * plane);
  }
  return true;
}

bool NumberDecoder::decode_dictionary(ByteReader& in, std::span<uint64_t> out) {
  const uint64_t count = in.varint();
  if (in.failed() || count == 0 || count > in.remaining() || count > out.size()) return false;
  distinct_.clear();
  uint64_t value = 0;
  for (uint64_t i = 0; i < count; ++i) distinct_.push_back(value += in.varint());
  if (!decode(in, out, false)) return false;
  for (uint64_t& number : out) {
    if (number >= count) return false;
    number = distinct_[number];
  }
  return true;
}

}  // namespace uproar
