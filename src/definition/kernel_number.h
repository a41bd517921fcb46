// Numbers as the kernel's kstrtoul and kstrtol read them (lib/kstrtox.c, base 0), with the base kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/number.h"
#include "definition/ast.h"

namespace uproar {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

inline ast::Radix radix_of(std::string_view number) {
  while (!number.empty() && (number.front() == '+' || number.front() == '-')) number.remove_prefix(1);
  if (number.size() < 2 || number[0] != '0') return ast::Radix::Decimal;
  return number[1] == 'x' || number[1] == 'X' ? ast::Radix::Hex : ast::Radix::Octal;
}

// kstrtoul: one '+' may stand before the digits.
inline std::optional<uint64_t> parse_kernel_unsigned(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  return parse_c_unsigned(text);
}

// kstrtol: '-' or '+' may stand before the digits; the range is that of int64_t.
inline std::optional<int64_t> parse_kernel_signed(std::string_view text) {
  bool negative = !text.empty() && text.front() == '-';
  auto magnitude = negative ? parse_c_unsigned(text.substr(1)) : parse_kernel_unsigned(text);
  uint64_t limit = (uint64_t{1} << 63) - (negative ? 0 : 1);
  if (!magnitude || *magnitude > limit) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - *magnitude : *magnitude);
}

// The letters of the kernel's isalpha(), which is Latin-1: bytes of other encodings are letters now and then.
inline bool is_kernel_alpha(char c) {
  auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 0xc0 && byte != 0xd7 && byte != 0xf7);
}

}  // namespace uproar
