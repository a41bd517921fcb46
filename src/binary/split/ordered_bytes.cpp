#include "binary/split/ordered_bytes.h"

#include "base/byte_order.h"

namespace uproar {

void OrderedBytes::seek(size_t at) {
  good_ = good_ && at <= bytes_.size();
  at_ = good_ ? at : bytes_.size();
}

void OrderedBytes::skip(uint64_t size) {
  if (size > bytes_.size() - at_) good_ = false;
  seek(good_ ? at_ + static_cast<size_t>(size) : bytes_.size());
}

void OrderedBytes::skip_text() {
  const size_t end = good_ ? bytes_.find('\0', at_) : std::string_view::npos;
  if (end == std::string_view::npos) good_ = false;
  seek(good_ ? end + 1 : bytes_.size());
}

uint64_t OrderedBytes::number(size_t size) {
  if (!good_ || bytes_.size() - at_ < size) return good_ = false, 0;
  const std::string_view bytes = bytes_.substr(at_, size);
  at_ += size;
  return ordered_number(bytes, is_big_);
}

uint64_t OrderedBytes::leb() {
  uint64_t value = 0;
  for (int shift = 0; good_; shift += 7) {
    const uint64_t byte = number(1);
    if (shift < 64) value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
    if (shift > 70) good_ = false;
  }
  return value;
}

int64_t OrderedBytes::signed_leb() {
  int64_t value = 0;
  int shift = 0;
  uint64_t byte = 0x80;
  while (good_ && (byte & 0x80)) {
    byte = number(1);
    if (shift < 64) value |= static_cast<int64_t>(byte & 0x7f) << shift;
    shift += 7;
  }
  if (shift < 64 && (byte & 0x40)) value |= static_cast<int64_t>(~uint64_t{0} << shift);
  return value;
}

void put_number(std::string& bytes, uint64_t value, size_t size, bool is_big_endian) {
  for (size_t i = 0; i < size; ++i) {
    bytes += static_cast<char>(value >> (8 * (is_big_endian ? size - 1 - i : i)));
  }
}

void put_leb(std::string& bytes, uint64_t value) {
  do {
    const auto byte = static_cast<uint8_t>(value & 0x7f);
    value >>= 7;
    bytes += static_cast<char>(value ? byte | 0x80 : byte);
  } while (value);
}

void put_signed_leb(std::string& bytes, int64_t value) {
  for (;;) {
    const auto byte = static_cast<uint8_t>(value & 0x7f);
    value >>= 7;
    const bool is_last = (value == 0 && !(byte & 0x40)) || (value == -1 && (byte & 0x40));
    bytes += static_cast<char>(is_last ? byte : byte | 0x80);
    if (is_last) return;
  }
}

void put_number_at(std::string& bytes, size_t at, uint64_t value, size_t size, bool is_big_endian) {
  std::string text;
  put_number(text, value, size, is_big_endian);
  bytes.replace(at, size, text);
}

}  // namespace uproar
