#include "replay/styles/json_text.h"

#include <cstdint>

#include "base/utf8.h"

namespace uproar {
namespace {

constexpr uint32_t kDelete = 0x7f;
constexpr uint32_t kFirstAfterC1 = 0xa0;
// Legal in JSON, but ends a line in JavaScript source and in some viewers.
constexpr uint32_t kLineSeparator = 0x2028;
constexpr uint32_t kParagraphSeparator = 0x2029;

size_t plain_prefix(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && text[length] >= 0x20 && text[length] < 0x7f && text[length] != '"' &&
         text[length] != '\\') {
    ++length;
  }
  return length;
}

void append_unicode_escape(uint32_t code_point, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const char escape[] = {'\\',
                         'u',
                         kDigits[code_point >> 12 & 15],
                         kDigits[code_point >> 8 & 15],
                         kDigits[code_point >> 4 & 15],
                         kDigits[code_point & 15]};
  out.append(escape, sizeof escape);
}

bool needs_escape(uint32_t code_point) {
  return code_point < 0x20 || (code_point >= kDelete && code_point < kFirstAfterC1) ||
         code_point == kLineSeparator || code_point == kParagraphSeparator || is_bidi_control(code_point);
}

void append_character(std::string_view bytes, uint32_t code_point, std::string& out) {
  switch (code_point) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  if (needs_escape(code_point)) {
    append_unicode_escape(code_point, out);
  } else {
    out.append(bytes);
  }
}

// The literal; false if a byte was no UTF-8 (then replaced).
bool append_literal(std::string_view text, std::string& out) {
  bool valid = true;
  out += '"';
  while (true) {
    const size_t plain = plain_prefix(text);
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Utf8Character character = first_utf8_character(text);
    if (character.length == 0) {
      valid = false;
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
    } else {
      append_character(text.substr(0, character.length), character.code_point, out);
      text.remove_prefix(character.length);
    }
  }
  out += '"';
  return valid;
}

}  // namespace

void append_json_name(std::string_view text, std::string& out) {
  append_literal(text, out);
}

void append_json_text(std::string_view text, std::string& out) {
  const size_t start = out.size();
  if (append_literal(text, out)) return;
  out.resize(start);
  out += "{\"bytes\":\"";
  append_base64(text, out);
  out += "\"}";
}

void append_base64(std::string_view bytes, std::string& out) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    uint32_t group = uint32_t{static_cast<uint8_t>(bytes[i])} << 16;
    if (left > 1) group |= uint32_t{static_cast<uint8_t>(bytes[i + 1])} << 8;
    if (left > 2) group |= uint32_t{static_cast<uint8_t>(bytes[i + 2])};
    out += kAlphabet[group >> 18];
    out += kAlphabet[group >> 12 & 63];
    out += left > 1 ? kAlphabet[group >> 6 & 63] : '=';
    out += left > 2 ? kAlphabet[group & 63] : '=';
  }
}

}  // namespace uproar
