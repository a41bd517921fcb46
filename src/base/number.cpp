#include "base/number.h"

#include <charconv>

namespace uproar {
namespace {

std::optional<uint64_t> parse_whole(std::string_view text, int base) {
  uint64_t value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (fault != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<uint64_t> parse_decimal(std::string_view text) {
  return parse_whole(text, 10);
}

std::optional<uint64_t> parse_hex_digits(std::string_view text) {
  return parse_whole(text, 16);
}

std::optional<uint64_t> parse_c_unsigned(std::string_view text) {
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
    return parse_whole(text.substr(2), 16);
  if (text.size() > 1 && text[0] == '0') return parse_whole(text.substr(1), 8);
  return parse_whole(text, 10);
}

std::optional<int64_t> parse_c_signed(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  auto magnitude = parse_c_unsigned(text);
  if (!magnitude) return std::nullopt;
  if (negative && *magnitude > uint64_t{1} << 63) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - *magnitude : *magnitude);
}

}  // namespace uproar
