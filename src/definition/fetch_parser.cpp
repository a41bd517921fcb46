#include <algorithm>
#include <string>
#include <vector>

#include "definition/argument_parser.h"
#include "definition/kernel_number.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

// Far above what the kernel takes (14), low enough for code that walks the tree by recursion.
constexpr size_t kDeepest = 64;

// $argN
bool parse_argument_number(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  string_view number = part.text().substr(string_view("$arg").size());
  if (number == "*")
    return context.fail(part.span(), "all arguments together are called $params", "write $params");
  auto value = parse_decimal(number);
  if (value && *value > 0 && *value <= UINT32_MAX) {
    fetch.form = ast::ArgumentNumber{static_cast<uint32_t>(*value)};
    return true;
  }
  bool named = !number.empty() && !is_digit(number[0]);
  return context.fail(part.span(), "arguments are numbered from 1",
                      named ? "write $arg1 for the first, or the parameter's name without $arg"
                            : "write $arg1 for the first");
}

// What stands behind $retval is a way to a part of it: ->NAME, .NAME, [N]. The kernel ignores that, as it does
// anything else there.
bool follows_result(string_view name) {
  if (!name.starts_with("retval")) return false;
  string_view rest = name.substr(6);
  if (rest.empty()) return false;
  auto is_word = [](char c) { return is_digit(c) || is_kernel_alpha(c) || c == '_' || (c & 0x80) != 0; };
  while (!rest.empty()) {
    const bool is_index = rest[0] == '[';
    if (!is_index && rest[0] != '.' && !rest.starts_with("->")) return false;
    rest.remove_prefix(rest[0] == '-' ? 2 : 1);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_word);
    if (end == rest.begin() || (is_index && (end == rest.end() || *end != ']'))) return false;
    rest.remove_prefix(static_cast<size_t>(end - rest.begin()) + (is_index ? 1 : 0));
  }
  return true;
}

bool parse_special(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  string_view name = part.text().substr(1);
  if (follows_result(name))
    return parse_result(context, part, ast::kResultName.size(), fetch.form.emplace<ast::Variable>());
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
  if (name.starts_with("arg")) return parse_argument_number(context, part, fetch);
  if (name == "params" || name == "vars") {
    fetch.form = ast::VariableList{name == "params"};
    return true;
  }
  return context.fail(part.span(), "unknown variable " + part.shown(),
                      "there are $argN, $retval, $stack, $stackN, $comm, $params and $vars; "
                      "variables of the program have no '$'");
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

bool parse_other(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  string_view text = part.text();
  if (text.empty())
    return context.fail(
        part.span(), "nothing to fetch within the brackets",
        "write a register or an address, such as +0(%di); if $arg1 or $retval stood there, the "
        "shell took it: put the definition in single quotes");
  if (is_digit(text[0])) {
    if (text.find('(') != npos)
      return context.fail(part.span(), "an offset before brackets needs a sign", "write +" + part.shown());
    if (size_t dot = text.find('.'); dot != npos && text.find_first_not_of("0123456789.eEf") == npos) {
      return context.fail(part.span(), "constants are whole numbers",
                          "write \\" + std::string(text.substr(0, dot)));
    }
    return context.fail(
        part.span(), "a bare number is no place to fetch from",
        "write \\" + part.shown() + " for the number itself, @" + part.shown() + " for memory");
  }
  if (text[0] == '(' && text.size() > 1 && string_view("%$@+-\\").find(text[1]) != npos)
    return context.fail(part.span(), "brackets need an offset before them", "write +0" + part.shown());
  if (text[0] == '"')
    return context.fail(part.span(), "a constant string begins with a backslash", "write \\" + part.shown());
  if (looks_like_variable(text)) return parse_variable(context, part, fetch.form.emplace<ast::Variable>());
  return context.fail(
      part.span(), "this is nothing that can be fetched",
      "write %REG, $argN, $stackN, $retval, $comm, @ADDRESS, +N(FETCH), \\NUMBER or a variable");
}

bool parse_leaf(ParseContext& context, const Part& part, ast::Fetch& fetch) {
  fetch.span = part.span();
  switch (part.text().empty() ? '\0' : part.text()[0]) {
    case '$':
      return parse_special(context, part, fetch);
    case '%':
      return parse_register(context, part, fetch);
    case '@':
      return parse_address(context, part, fetch);
    case '\\':
      return parse_immediate(context, part, fetch);
    default:
      return parse_other(context, part, fetch);
  }
}

// One +N( ): sets the offset and narrows `part` to what is in the brackets. The kernel closes at the last
// ')'.
bool open_dereference(ParseContext& context, Part& part, ast::Dereference& dereference) {
  string_view text = part.text();
  size_t open = text.find('(');
  // What is left of $retval->FIELD between double quotes.
  if (open == npos && text.starts_with("->")) {
    return context.fail(
        part.span(), "nothing stands before ->",
        "write VARIABLE" + std::string(text.substr(0, 20)) +
            "; if $arg1 or $retval stood there, the shell took it: put the definition in single "
            "quotes");
  }
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

struct Level {
  ast::Dereference dereference;
  Span span;
};

// The dereferences around one of uproar's own forms mean something whole: nothing in them is ignored.
bool check_levels(ParseContext& context, const ast::Fetch& leaf, const std::vector<Level>& levels) {
  if (!is_own_form(leaf) || levels.empty()) return true;
  if (std::holds_alternative<ast::VariableList>(leaf.form)) {
    return context.fail(leaf.span, "this stands for several values, which cannot be followed together",
                        "write it alone, without +N( )");
  }
  for (const Level& level : levels) {
    auto size = static_cast<uint32_t>(level.dereference.ignored.size());
    if (size == 0) continue;
    return context.fail({level.span.end - size, level.span.end}, "something follows the ')'",
                        "fields and indexes belong to the variable, within the brackets");
  }
  return true;
}

}  // namespace

bool parse_fetch(ParseContext& context, const Piece& word, size_t begin, size_t end, ast::Fetch& fetch) {
  std::vector<Level> levels;
  Part part{word, begin, end};
  while (part.begin < part.end && (part.text()[0] == '+' || part.text()[0] == '-')) {
    if (levels.size() == kDeepest) {
      return context.fail(part.span(), "dereferences are nested too deeply",
                          "the kernel takes at most 14 of them");
    }
    levels.push_back({{}, part.span()});
    if (!open_dereference(context, part, levels.back().dereference)) return false;
  }
  if (!parse_leaf(context, part, fetch) || !check_levels(context, fetch, levels)) return false;
  for (; !levels.empty(); levels.pop_back()) {
    auto inner = std::make_unique<ast::Fetch>(std::move(fetch));
    levels.back().dereference.inner = std::move(inner);
    fetch = ast::Fetch{std::move(levels.back().dereference), levels.back().span};
  }
  return true;
}

}  // namespace uproar
