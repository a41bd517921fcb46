#include "event/text/text_value.h"

#include <charconv>

namespace uproar {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::optional<TextPiece> read_digits(std::string_view text, size_t position, int base,
                                     TextValue::Shape shape) {
  TextPiece piece;
  const char* begin = text.data() + position;
  const auto [end, fault] = std::from_chars(begin, text.data() + text.size(), piece.value.bits, base);
  if (fault != std::errc() || end == begin) return std::nullopt;
  piece.value.shape = shape;
  piece.end = static_cast<size_t>(end - text.data());
  return piece;
}

}  // namespace

std::optional<TextPiece> read_number(std::string_view text, size_t position) {
  if (position >= text.size()) return std::nullopt;
  const std::string_view rest = text.substr(position);
  if (rest.front() == '\'') {
    if (rest.size() < 3 || rest[2] != '\'') return std::nullopt;
    TextPiece piece;
    piece.value.shape = TextValue::Shape::Char;
    piece.value.bits = static_cast<unsigned char>(rest[1]);
    piece.end = position + 3;
    return piece;
  }
  if (rest.starts_with("0x")) return read_digits(text, position + 2, 16, TextValue::Shape::Hex);
  if (rest.front() != '-') return read_digits(text, position, 10, TextValue::Shape::Decimal);
  auto piece = read_digits(text, position + 1, 10, TextValue::Shape::NegativeDecimal);
  if (!piece || piece->value.bits > uint64_t{1} << 63) return std::nullopt;
  piece->value.bits = 0 - piece->value.bits;
  return piece;
}

std::string_view name_at(std::string_view text, size_t position) {
  if (position >= text.size() || text[position] != ' ') return {};
  size_t end = ++position;
  while (end < text.size() && (is_name_start(text[end]) || (end > position && is_digit(text[end])))) ++end;
  if (end >= text.size() || text[end] != '=') return {};
  return text.substr(position, end - position);
}

bool starts_value(std::string_view text, size_t position) {
  if (position >= text.size()) return false;
  const char c = text[position];
  return c == '"' || c == '\'' || c == '{' || c == '-' || is_digit(c) ||
         text.substr(position).starts_with(kFaultText);
}

}  // namespace uproar
