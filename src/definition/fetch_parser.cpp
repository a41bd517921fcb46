#include <string>
#include <vector>

#include "definition/argument_parser.h"
#include "definition/kernel_number.h"
#include "definition/not_yet.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

// Far above what the kernel takes (14), low enough for code that walks the tree by recursion.
constexpr size_t kDeepest = 64;

// The part [begin, end) of an argument's word that one fetch is parsed from.
struct Part {
  const Piece& word;
  size_t begin;
  size_t end;
  string_view text() const { return word.text().substr(begin, end - begin); }
  Span span(size_t from, size_t to) const { return word.span(begin + from, begin + to); }
  Span span() const { return word.span(begin, end); }
  std::string shown() const { return std::string(text().substr(0, 60)); }
};

bool parse_variable(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  string_view name = part.text().substr(1);
  if (name.starts_with("retval")) {
    ast::ReturnValue value{std::string(name.substr(6))};
    if (!value.ignored.empty()) {
      context.warn(part.span(7, part.text().size()), "the kernel ignores what follows $retval",
                   "write +N($retval) for what it points at");
    }
    fetch.form = std::move(value);
    return true;
  }
  if (name == "stack") {
    fetch.form = ast::StackPointer{};
    return true;
  }
  if (name.starts_with("stack")) {
    auto index = parse_decimal(name.substr(5));
    if (!index)
      return context.fail(part.span(), "not a slot of the stack: " + part.shown(),
                          "write $stack or $stackN with a decimal N");
    fetch.form = ast::StackSlot{*index};
    return true;
  }
  if (name == "comm" || name == "COMM") {
    fetch.form = ast::TaskName{name == "COMM"};
    return true;
  }
  if (name.starts_with("arg")) return argument_number_not_yet(context, part.text(), part.span());
  if (name == "params" || name == "vars") return argument_list_not_yet(context, part.text(), part.span());
  return context.fail(part.span(), "unknown variable " + part.shown(),
                      "there are $retval, $stack, $stackN and $comm");
}

bool parse_register(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  if (part.text().size() == 1)
    return context.fail(part.span(), "no register after the '%'", "write its name, such as %di");
  fetch.form = ast::Register{std::string(part.text().substr(1))};
  return true;
}

// @SYMBOL[+-N]
bool parse_data_symbol(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  string_view name = part.text().substr(1);
  ast::DataSymbol symbol;
  auto is_offset = [&](size_t sign) {
    return sign != npos && sign + 1 < name.size() && is_digit(name[sign + 1]);
  };
  if (size_t sign = name.find_last_of("+-"); is_offset(sign)) {
    auto offset = parse_kernel_signed(name.substr(sign));
    if (!offset)
      return context.fail(part.span(sign + 1, part.text().size()), "the symbol's offset is not a number",
                          "write SYMBOL+8 or SYMBOL-0x10");
    symbol.offset = *offset;
    symbol.radix = radix_of(name.substr(sign));
    name = name.substr(0, sign);
  }
  if (name.empty())
    return context.fail(part.span(), "no address or symbol after the '@'",
                        "write @0xADDRESS, @+0xOFFSET or @SYMBOL");
  if (is_offset(name.find_last_of("+-"))) {
    return context.fail(part.span(), "a symbol has one offset", "add the numbers up: @SYMBOL+N");
  }
  if (size_t odd = name.find_first_of("()%$\\\""); odd != npos) {
    return context.fail(part.span(odd + 1, odd + 2), "a symbol's name cannot hold this",
                        "write @SYMBOL or @SYMBOL+N");
  }
  symbol.name = name;
  fetch.form = std::move(symbol);
  return true;
}

bool parse_address(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  string_view text = part.text();
  if (text.size() > 1 && is_digit(text[1])) {
    auto address = parse_c_unsigned(text.substr(1));
    if (!address)
      return context.fail(part.span(), "the address is not a number", "write @0x601040 or its decimal value");
    fetch.form = ast::Address{*address, radix_of(text.substr(1))};
    return true;
  }
  if (text.size() > 1 && text[1] == '+') {
    auto offset = parse_kernel_signed(text.substr(2));
    if (!offset)
      return context.fail(part.span(), "the file offset is not a number",
                          "write @+0x2000 or its decimal value");
    fetch.form = ast::FileOffset{*offset, radix_of(text.substr(2))};
    return true;
  }
  return parse_data_symbol(context, part, fetch);
}

bool parse_immediate(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  string_view text = part.text();
  if (text.starts_with("\\\"")) {
    if (text.size() < 3 || text.back() != '"') {
      return context.fail(part.span(), "the string is not closed",
                          "end it with \"; blanks, ':' and '#' cannot stand in it");
    }
    fetch.form = ast::ImmediateString{std::string(text.substr(2, text.size() - 3))};
    return true;
  }
  string_view digits = text.substr(1);
  std::optional<int64_t> value;
  if (!digits.empty() && is_digit(digits[0])) {
    if (auto number = parse_c_unsigned(digits)) value = static_cast<int64_t>(*number);
  } else if (digits.starts_with('-')) {
    value = parse_kernel_signed(digits);
  } else if (digits.starts_with('+')) {
    value = parse_kernel_signed(digits.substr(1));
  }
  if (!value)
    return context.fail(part.span(), "the constant is not a number",
                        "write \\42, \\-1, \\0xff or \\\"text\"");
  fetch.form = ast::Immediate{*value, radix_of(digits)};
  return true;
}

bool parse_other(ParseContext& context, const Part& part) {
  string_view text = part.text();
  if (text.empty())
    return context.fail(part.span(), "nothing to fetch within the brackets",
                        "write a register or an address, such as +0(%di)");
  if (is_digit(text[0])) {
    if (text.find('(') != npos)
      return context.fail(part.span(), "an offset before brackets needs a sign", "write +" + part.shown());
    return context.fail(
        part.span(), "a bare number is no place to fetch from",
        "write \\" + part.shown() + " for the number itself, @" + part.shown() + " for memory");
  }
  if (text[0] == '(')
    return context.fail(part.span(), "brackets need an offset before them", "write +0" + part.shown());
  if (is_kernel_alpha(text[0]) || text[0] == '_' || text[0] == ':' || text[0] == '*' || text[0] == '&') {
    return variable_not_yet(context, text, part.span());
  }
  return context.fail(part.span(), "this is nothing that can be fetched",
                      "write %REG, $stackN, $retval, $comm, @ADDRESS, +N(FETCH) or \\NUMBER");
}

bool parse_leaf(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  fetch.span = part.span();
  switch (part.text().empty() ? '\0' : part.text()[0]) {
    case '$':
      return parse_variable(context, part, fetch);
    case '%':
      return parse_register(context, part, fetch);
    case '@':
      return parse_address(context, part, fetch);
    case '\\':
      return parse_immediate(context, part, fetch);
    default:
      return parse_other(context, part);
  }
}

// One +N( ): sets the offset and narrows `part` to what is in the brackets. The kernel closes at the last
// ')'.
bool open_dereference(ParseContext& context, Part& part, ast::Dereference& dereference) {
  string_view text = part.text();
  size_t open = text.find('(');
  if (open == npos) {
    return context.fail(part.span(), "a dereference needs brackets",
                        "write " + std::string(text.substr(0, 20)) + "(%REG)");
  }
  dereference.user = text.size() > 1 && text[1] == 'u';
  // The kernel skips a '+' and leaves a '-' to the number, so +-5 and ++5 are numbers as well.
  std::string number(text.substr(dereference.user ? 2 : 1, open - (dereference.user ? 2 : 1)));
  if (text[0] == '-') number.insert(0, 1, '-');
  auto offset = parse_kernel_signed(number);
  if (!offset)
    return context.fail(part.span(0, open), "the offset is not a number", "write +8(…), -0x10(…) or +0(…)");
  dereference.offset = *offset;
  dereference.radix = radix_of(number);
  size_t close = text.rfind(')');
  if (close == npos || close < open)
    return context.fail(part.span(open, open + 1), "the bracket is not closed", "add the ')'");
  dereference.ignored = text.substr(close + 1);
  if (!dereference.ignored.empty()) {
    context.warn(part.span(close + 1, text.size()), "the kernel ignores what follows the ')'",
                 "leave it out");
  }
  part.end = part.begin + close;
  part.begin += open + 1;
  return true;
}

}  // namespace

bool parse_fetch(ParseContext& context, const Piece& word, size_t begin, size_t end, ast::Fetch& fetch) {
  struct Level {
    ast::Dereference dereference;
    Span span;
  };
  std::vector<Level> levels;
  size_t from = begin;
  size_t to = end;
  while (from < to && (word.text()[from] == '+' || word.text()[from] == '-')) {
    if (levels.size() == kDeepest) {
      return context.fail(word.span(from, to), "dereferences are nested too deeply",
                          "the kernel takes at most 14 of them");
    }
    Part part{word, from, to};
    levels.push_back({{}, part.span()});
    if (!open_dereference(context, part, levels.back().dereference)) return false;
    from = part.begin;
    to = part.end;
  }
  if (!parse_leaf(context, Part{word, from, to}, fetch)) return false;
  for (; !levels.empty(); levels.pop_back()) {
    auto inner = std::make_unique<ast::Fetch>(std::move(fetch));
    levels.back().dereference.inner = std::move(inner);
    fetch = ast::Fetch{std::move(levels.back().dereference), levels.back().span};
  }
  return true;
}

}  // namespace uproar
