#include "replay/escape.h"

#include "base/utf8.h"
#include "replay/digits.h"

namespace uproar {
namespace {

constexpr uint32_t kFirstAfterC1 = 0xa0;

void append_byte_escape(char byte, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const auto value = static_cast<uint8_t>(byte);
  switch (value) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    case 0x1b:
      out += "\\e";
      return;
    default:
      break;
  }
  const char escape[] = {'\\', 'x', kDigits[value >> 4], kDigits[value & 15]};
  out.append(escape, sizeof escape);
}

void append_hex_upper(uint32_t number, std::string& out) {
  char text[kLongestHex];
  const char* const end = write_hex(number, text);
  for (const char* digit = text; digit != end; ++digit)
    out += *digit >= 'a' ? static_cast<char>(*digit - 'a' + 'A') : *digit;
}

// The first character, which is no printable ASCII; returns its bytes.
size_t append_special(std::string_view text, std::string& out) {
  const Utf8Character character = first_utf8_character(text);
  const size_t length = character.length == 0 ? 1 : character.length;
  if (character.length == 0 || character.code_point < kFirstAfterC1) {
    for (const char byte : text.substr(0, length)) append_byte_escape(byte, out);
  } else if (is_bidi_control(character.code_point)) {
    out += "\\u{";
    append_hex_upper(character.code_point, out);
    out += '}';
  } else {
    out.append(text.substr(0, length));
  }
  return length;
}

}  // namespace

void append_escaped(std::string_view text, Escape escape, std::string& out) {
  if (escape == Escape::None) {
    out.append(text);
    return;
  }
  while (!text.empty()) {
    const size_t plain = printable_ascii_prefix(text);
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_special(text, out));
  }
}

void append_escaped_right(std::string_view text, size_t width, Escape escape, std::string& out) {
  if (escape == Escape::None || printable_ascii_prefix(text) == text.size()) {
    if (text.size() < width) out.append(width - text.size(), ' ');
    out.append(text);
    return;
  }
  const size_t start = out.size();
  append_escaped(text, escape, out);
  const size_t written = out.size() - start;
  if (written < width) out.insert(start, width - written, ' ');
}

char* write_escaped(std::string_view text, Escape escape, char* out) {
  if (escape == Escape::None || printable_ascii_prefix(text) == text.size()) return write_text(text, out);
  std::string escaped;
  append_escaped(text, escape, escaped);
  return write_text(escaped, out);
}

size_t printable_ascii_prefix(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && text[length] >= 0x20 && text[length] < 0x7f) ++length;
  return length;
}

}  // namespace uproar
