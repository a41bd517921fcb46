#include "event/wide_text.h"

#include "event/little_endian.h"
#include "event/stored_values.h"

namespace uproar {
namespace {

constexpr uint32_t kFirstHigh = 0xd800, kFirstLow = 0xdc00, kBehindLow = 0xe000;
constexpr uint32_t kLastCharacter = 0x10ffff, kReplacement = 0xfffd;

void append_character(uint32_t character, std::string& out) {
  if (character > kLastCharacter) character = kReplacement;
  auto add = [&out](uint32_t byte) { out += static_cast<char>(byte); };
  auto add_rest = [&](int shift) { add(0x80 | (character >> shift & 0x3f)); };
  if (character < 0x80) return add(character);
  if (character < 0x800) {
    add(0xc0 | character >> 6);
  } else {
    if (character < 0x10000) {
      add(0xe0 | character >> 12);
    } else {
      add(0xf0 | character >> 18);
      add_rest(12);
    }
    add_rest(6);
  }
  add_rest(0);
}

bool is_high(uint32_t unit) {
  return unit >= kFirstHigh && unit < kFirstLow;
}
bool is_low(uint32_t unit) {
  return unit >= kFirstLow && unit < kBehindLow;
}

void append_utf16(std::span<const uint8_t> bytes, bool is_cut, std::string& out) {
  const size_t count = bytes.size() / 2;
  auto unit_at = [bytes](size_t i) { return load_little_endian<uint16_t>(bytes.data() + 2 * i); };
  for (size_t i = 0; i < count; ++i) {
    const uint32_t unit = unit_at(i);
    if (is_high(unit) && i + 1 < count && is_low(unit_at(i + 1))) {
      append_character(0x10000 + ((unit - kFirstHigh) << 10) + (unit_at(++i) - kFirstLow), out);
      continue;
    }
    if (is_high(unit) && i + 1 == count && is_cut) return;
    append_character(unit, out);
  }
}

}  // namespace

void append_utf8(std::span<const uint8_t> bytes, uint8_t character_bytes, bool is_cut, std::string& out) {
  if (character_bytes == 2) return append_utf16(bytes, is_cut, out);
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4)
    append_character(load_little_endian<uint32_t>(bytes.data() + at), out);
}

size_t until_zero(std::span<const uint8_t> bytes, uint8_t character_bytes) {
  if (character_bytes <= 1) return until_nul(bytes.data(), bytes.size());
  size_t at = 0;
  for (; at + character_bytes <= bytes.size(); at += character_bytes) {
    if (load_number(bytes.data() + at, character_bytes, false) == 0) return at;
  }
  return at;
}

}  // namespace uproar
