#include "event/print_format.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace uproar {
namespace {

// Casts and parentheses around one argument; more than any kernel header nests.
constexpr int kMaxWrapping = 16;

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

void trim(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
}

// Position behind the literal whose opening quote is at `position`.
size_t skip_literal(std::string_view text, size_t position) {
  const char quote = text[position++];
  while (position < text.size() && text[position] != quote) position += text[position] == '\\' ? 2 : 1;
  return std::min(position + 1, text.size());
}

// The letters of all conversions in one piece of a format string, '*' for a width or precision taken from an
// argument.
void append_conversions(std::string_view literal, std::string& out) {
  for (size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '%') continue;
    ++i;
    while (i < literal.size() &&
           std::string_view("-+ #0123456789.*hlqLjzt").find(literal[i]) != std::string_view::npos) {
      if (literal[i] == '*') out += '*';
      ++i;
    }
    if (i < literal.size() && literal[i] != '%') out += literal[i];
  }
}

// The adjacent string literals at the start; moves `text` behind them.
std::string take_conversions(std::string_view& text) {
  std::string conversions;
  for (trim(text); !text.empty() && text.front() == '"'; trim(text)) {
    const size_t end = skip_literal(text, 0);
    append_conversions(text.substr(1, end - 1), conversions);
    text.remove_prefix(end);
  }
  return conversions;
}

// The argument up to the next comma that no bracket or quote encloses; moves `rest` behind that comma.
std::string_view take_argument(std::string_view& rest) {
  size_t depth = 0;
  size_t i = 0;
  while (i < rest.size() && !(rest[i] == ',' && depth == 0)) {
    const char c = rest[i];
    if (c == '"' || c == '\'') {
      i = skip_literal(rest, i);
      continue;
    }
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
    ++i;
  }
  std::string_view argument = rest.substr(0, i);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  trim(argument);
  return argument;
}

size_t matching_parenthesis(std::string_view text) {
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

std::string_view unwrap(std::string_view argument) {
  for (int i = 0; i < kMaxWrapping && !argument.empty() && argument.front() == '('; ++i) {
    const size_t close = matching_parenthesis(argument);
    if (close == std::string_view::npos) break;
    const std::string_view inside = argument.substr(1, close - 1);
    const bool whole = close == argument.size() - 1;
    const bool cast = std::all_of(inside.begin(), inside.end(),
                                  [](char c) { return is_name_char(c) || is_blank(c) || c == '*'; });
    if (!whole && !cast) break;
    argument = whole ? inside : argument.substr(close + 1);
    trim(argument);
  }
  return argument;
}

// NAME or NAME[…]; empty if anything else follows the name.
std::string_view name_of(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_name_char);
  const std::string_view name = text.substr(0, static_cast<size_t>(end - text.begin()));
  const std::string_view behind = text.substr(name.size());
  const bool plain = behind.empty() || (behind.front() == '[' && behind.find(']') == behind.size() - 1);
  return plain ? name : std::string_view{};
}

std::string_view field_of(std::string_view argument) {
  constexpr std::string_view kRecord = "REC->";
  constexpr std::string_view kString = "__get_str(";
  argument = unwrap(argument);
  if (argument.starts_with(kRecord)) return name_of(argument.substr(kRecord.size()));
  if (argument.starts_with(kString) && argument.ends_with(')')) {
    return name_of(argument.substr(kString.size(), argument.size() - kString.size() - 1));
  }
  return {};
}

}  // namespace

std::vector<ShownField> read_print_format(std::string_view text) {
  std::vector<ShownField> fields;
  const std::string conversions = take_conversions(text);
  if (text.empty() || text.front() != ',') return fields;
  text.remove_prefix(1);
  for (const char conversion : conversions) {
    if (text.empty()) break;
    const std::string_view name = field_of(take_argument(text));
    if (!name.empty() && conversion != '*') fields.push_back({name, conversion});
  }
  return fields;
}

}  // namespace uproar
