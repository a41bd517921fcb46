// Where UTF-8 sequences begin and end, in text that may hold anything.
#pragma once

#include <cstddef>
#include <string_view>

namespace uproar {

// Bytes of the well-formed UTF-8 sequence that begins at `at` (which must be inside `text`): 1 to 4, or 0 if
// there is none (a stray continuation, a cut or over-long sequence, a surrogate, beyond U+10FFFF).
inline size_t utf8_length(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  auto continues = [&](size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  unsigned lead = byte(at);
  unsigned next = byte(at + 1);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4 || !continues(at + 1)) return 0;
  if (lead < 0xe0) return 2;
  if (!continues(at + 2)) return 0;
  if (lead < 0xf0) return (lead == 0xe0 && next < 0xa0) || (lead == 0xed && next >= 0xa0) ? 0 : 3;
  if (!continues(at + 3) || (lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next >= 0x90)) return 0;
  return 4;
}

}  // namespace uproar
