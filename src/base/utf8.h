// UTF-8 as RFC 3629 has it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uproar {

// The character that a text begins with. length 0: the first byte begins no valid character.
struct Utf8Character {
  uint32_t code_point = 0;
  uint32_t length = 0;  // bytes, 1 to 4
};

// Strict: no overlong forms, no surrogates (U+D800 to U+DFFF), nothing above U+10FFFF, nothing cut off.
// `text` is not empty.
Utf8Character first_utf8_character(std::string_view text);

// Bytes of the character that begins at `at`, which is inside `text`; 0: none begins there.
inline size_t utf8_length(std::string_view text, size_t at) {
  return first_utf8_character(text.substr(at)).length;
}

// Characters that reorder the text around them on a screen (U+202A to U+202E, U+2066 to U+2069): they can
// make a line look like another one.
inline bool is_bidi_control(uint32_t code_point) {
  return (code_point >= 0x202a && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace uproar
