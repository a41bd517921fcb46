#include "binary/usdt/operand_sum.h"

#include "base/number.h"

namespace uproar {
namespace {

bool is_symbol_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<OperandSum> parse_operand_sum(std::string_view text) {
  OperandSum sum;
  bool first = true;
  while (!text.empty() || first) {
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
      negative = text[0] == '-';
      text.remove_prefix(1);
    } else if (!first) {
      return std::nullopt;
    }
    first = false;
    size_t length = 0;
    while (length < text.size() && is_symbol_byte(text[length])) ++length;
    if (length == 0) return std::nullopt;
    std::string_view term = text.substr(0, length);
    text.remove_prefix(length);
    if (is_digit(term[0])) {
      auto number = parse_c_unsigned(term);
      if (!number) return std::nullopt;
      sum.number += negative ? 0 - *number : *number;
      continue;
    }
    if (negative || !sum.symbol.empty()) return std::nullopt;
    sum.symbol = term;
    if (!text.empty() && text[0] == '@') {
      length = 1;
      while (length < text.size() && is_symbol_byte(text[length])) ++length;
      sum.relocation = text.substr(1, length - 1);
      text.remove_prefix(length);
      if (sum.relocation.empty()) return std::nullopt;
    }
  }
  return sum;
}

}  // namespace uproar
