#include <algorithm>

#include "definition/kernel_number.h"
#include "definition/place_parser.h"
#include "definition/source_line.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;
constexpr string_view kReturn = "%return";

bool all_of(string_view text, bool (*predicate)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool parse_reference(ParseContext& context, const Piece& piece, size_t from, size_t to, ast::Site& site) {
  site.ref_counter = parse_kernel_unsigned(piece.text().substr(from, to - from));
  site.ref_counter_span = piece.span(from, to);
  if (site.ref_counter) return true;
  return context.fail(site.ref_counter_span, "the reference counter's place is not a number",
                      "write the file offset of the counter: (0x1234)");
}

bool fail_offset(ParseContext& context, const Piece& piece, size_t from, size_t to) {
  auto number = std::string(piece.text().substr(from, to - from));
  std::string hint = "write a 64-bit number: 0x1234, 4660 or octal 011064";
  if (all_of(number, is_hex_digit) && number.size() <= 16)
    hint = "hexadecimal numbers begin with 0x: 0x" + number;
  string_view digits = string_view(number).substr(number.starts_with("0x") ? 2 : 0);
  if (digits.size() > 16 && all_of(digits, is_hex_digit)) hint = "the greatest offset is 0xffffffffffffffff";
  return context.fail(piece.span(from, to), "the offset is not a number", std::move(hint));
}

// OFFSET[%return][(REF)] from `from` to the end, faults as the kernel names them.
bool parse_numeric_site(ParseContext& context, const Piece& piece, size_t from, ast::Probe& probe) {
  string_view text = piece.text();
  size_t end = text.size();
  if (size_t open = text.find('(', from); open != npos) {
    size_t close = text.find(')', open);
    if (close == npos) {
      return context.fail(piece.span(open, open + 1), "the reference counter's bracket is not closed",
                          "add the ')'");
    }
    if (close + 1 != end) {
      return context.fail(piece.span(close + 1, end), "something follows the reference counter",
                          "the order is OFFSET%return(REF)");
    }
    if (!parse_reference(context, piece, open + 1, close, probe.site)) return false;
    end = open;
  }
  if (size_t percent = text.find('%', from); percent < end) {
    if (text.substr(percent, end - percent) != kReturn) {
      return context.fail(piece.span(percent, end), "unknown suffix of the offset",
                          "the only one is %return");
    }
    probe.is_return = true;
    end = percent;
  }
  auto offset = parse_c_unsigned(text.substr(from, end - from));
  if (!offset) return fail_offset(context, piece, from, end);
  probe.site.offset = *offset;
  return true;
}

// Where a "(NUMBER)" at the end of the text begins, or npos.
size_t reference_at_end(string_view text) {
  if (!text.ends_with(')')) return npos;
  size_t open = text.rfind('(');
  if (open == npos || !parse_kernel_unsigned(text.substr(open + 1, text.size() - open - 2))) return npos;
  return open;
}

// [%return][(REF)] at the end; `end` becomes where they begin.
bool parse_suffixes(ParseContext& context, const Piece& piece, size_t& end, ast::Probe& probe) {
  string_view text = piece.text();
  end = text.size();
  if (size_t open = reference_at_end(text); open != npos) {
    if (!parse_reference(context, piece, open + 1, end - 1, probe.site)) return false;
    end = open;
  }
  if (text.substr(0, end).ends_with(kReturn)) {
    probe.is_return = true;
    end -= kReturn.size();
  }
  return true;
}

// Forms that look like a symbol and are none.
bool check_symbol(ParseContext& context, const Piece& piece, size_t end) {
  string_view symbol = piece.text().substr(0, end);
  if (symbol.empty())
    return context.fail(piece.span(), "no SITE after the ':'", "write SYMBOL, SYMBOL+0xN or 0xOFFSET");
  if (symbol.ends_with(kReturn) || reference_at_end(symbol) != npos) {
    return context.fail(piece.span(), "suffixes of the SITE are doubled or in the wrong order",
                        "the order is SYMBOL+0xN%return(REF)");
  }
  if (size_t open = symbol.rfind('('); open != npos && open + 1 < symbol.size() &&
                                       is_digit(symbol[open + 1]) && symbol.find(')', open) == npos) {
    return context.fail(piece.span(open, open + 1), "the reference counter's bracket is not closed",
                        "add the ')'");
  }
  return true;
}

// A name that ended at its first blank: <T as Trait>::f, area(double, int).
bool check_brackets(ParseContext& context, const Piece& piece, size_t end) {
  string_view symbol = piece.text().substr(0, end);
  if (symbol.find("operator") != npos) return true;
  for (string_view pair : {"<>", "()"}) {
    const auto opened = std::count(symbol.begin(), symbol.end(), pair[0]);
    const auto closed = std::count(symbol.begin(), symbol.end(), pair[1]);
    // -> and >> are none, so more closed ones are no fault.
    if (opened <= closed) continue;
    return context.fail(piece.span(0, end),
                        std::string("the name has a '") + pair[0] + "' without its '" + pair[1] + "'",
                        std::string("a name with blanks stands in double quotes: PATH:") +
                            (pair[0] == '<' ? "\"<T as Trait>::f\"" : "\"area(double, int)\""));
  }
  return true;
}

// The * of a pointer among template arguments: max<char*>, max<const char *, int>. That of max<ns::*> is a
// pattern's.
bool is_pointer(string_view symbol, size_t star, int depth) {
  if (depth == 0 || star == 0 || star + 1 >= symbol.size()) return false;
  const auto type_end = [](char c) { return is_kernel_alpha(c) || is_digit(c) || c == '>' || c == '*'; };
  const size_t before = symbol.find_last_not_of(' ', star - 1);
  const size_t behind = symbol.find_first_not_of(' ', star + 1);
  if (before == npos || behind == npos || !type_end(symbol[before])) return false;
  return string_view(",>*&").find(symbol[behind]) != npos || symbol.substr(behind).starts_with("const");
}

bool is_pattern(string_view symbol) {
  if (symbol.find('(') != npos || symbol.find("operator") != npos) return false;
  int depth = 0;
  for (size_t at = 0; at < symbol.size(); ++at) {
    if (symbol[at] == '<') ++depth;
    if (symbol[at] == '>') --depth;
    if (symbol[at] == '?' || (symbol[at] == '*' && !is_pointer(symbol, at, depth))) return true;
  }
  return false;
}

// The ':' of NAME:LINE in the first `end` bytes, or npos. What stands behind it need not be a line.
size_t line_colon(string_view text, size_t end) {
  size_t colon = text.substr(0, end).rfind(':');
  bool found = colon != npos && colon > 0 && text[colon - 1] != ':' && colon + 1 < end;
  return found && is_digit(text[colon + 1]) ? colon : npos;
}

// 7zip.c:20; no number has a ':'.
bool is_line_of_file(string_view text) {
  size_t colon = line_colon(text, text.size());
  return colon != npos && is_source_file(text.substr(0, colon));
}

// NAME:LINE, NAME being a file or a function.
bool parse_line_site(ParseContext& context, const Piece& piece, size_t colon, size_t end, ast::Site& site) {
  auto name = std::string(piece.text().substr(0, colon));
  auto number = std::string(piece.text().substr(colon + 1, end - colon - 1));
  if (number.starts_with("0x") || number.starts_with("0X")) {
    return context.fail(piece.span(colon, end), "an offset is joined to its symbol by '+'",
                        "write " + name + "+" + number);
  }
  if (number.find('+') != npos) {
    return context.fail(piece.span(colon, end), "a line of the source has no offset",
                        "write NAME:LINE, or SYMBOL+0xN");
  }
  auto line = read_line_number(number);
  if (!line) {
    return context.fail(piece.span(colon + 1, end), "the line is not a number",
                        "write it in decimal, without zeros before it: " + name.substr(0, 40) + ":17");
  }
  bool file = is_source_file(name);
  if (file && *line == 0) {
    return context.fail(piece.span(colon + 1, end), "the lines of a file count from 1",
                        "write FILE:1; only those of a function, FUNCTION:LINE, count from 0");
  }
  if (is_pattern(name)) {
    return context.fail(piece.span(0, colon), "a pattern has no line",
                        "name one file or function, or leave the :" + number + " out");
  }
  site.form = file ? ast::Site::Form::SourceLine : ast::Site::Form::FunctionLine;
  site.symbol = name;
  site.line = *line;
  return true;
}

// NAME:LINE or SYMBOL[+0xN], with [%return][(REF)]
bool parse_named_site(ParseContext& context, const Piece& piece, ast::Probe& probe) {
  string_view text = piece.text();
  ast::Site& site = probe.site;
  size_t end = 0;
  if (!parse_suffixes(context, piece, end, probe)) return false;
  if (size_t colon = line_colon(text, end); colon != npos) {
    return check_symbol(context, piece, end) && parse_line_site(context, piece, colon, end, site);
  }
  size_t plus = text.substr(0, end).rfind('+');
  if (plus != npos && plus > 0 && plus + 1 < end && is_digit(text[plus + 1])) {
    auto offset = parse_c_unsigned(text.substr(plus + 1, end - plus - 1));
    if (!offset) return fail_offset(context, piece, plus + 1, end);
    site.offset = *offset;
    site.offset_given = true;
    end = plus;
  }
  if (!check_symbol(context, piece, end)) return false;
  site.symbol = text.substr(0, end);
  bool pattern = !site.offset_given && is_pattern(site.symbol);
  site.form = pattern ? ast::Site::Form::Glob : ast::Site::Form::Symbol;
  return pattern || check_brackets(context, piece, end);
}

// 'PATTERN'[%return][(REF)]; without a wildcard it is a name, as in double quotes.
bool parse_pattern(ParseContext& context, const Piece& piece, ast::Probe& probe) {
  string_view text = piece.text();
  size_t end = 0;
  if (!parse_suffixes(context, piece, end, probe)) return false;
  size_t close = text.substr(0, end).rfind('\'');
  if (close == 0) return context.fail(piece.span(0, 1), "the quote is not closed", "end the pattern with '");
  if (close + 1 != end) {
    return context.fail(piece.span(close + 1, end), "something follows the pattern",
                        "a pattern has no offset and no line; the order is 'PATTERN'%return(REF)");
  }
  if (close == 1)
    return context.fail(piece.span(0, end), "the pattern is empty",
                        "write which functions: 'read*', or '*' for all");
  probe.site.symbol = text.substr(1, close - 1);
  // What would be a line or an offset without the quotes stays a pattern.
  const std::string& name = probe.site.symbol;
  const bool plain =
      name.find_first_of("*?[+%") == npos && !is_digit(name[0]) && line_colon(name, name.size()) == npos;
  probe.site.form = plain ? ast::Site::Form::Symbol : ast::Site::Form::Glob;
  return true;
}

// %PROVIDER:NAME
bool parse_usdt(ParseContext& context, const Piece& piece, ast::Probe& probe) {
  string_view text = piece.text();
  if (text.ends_with(')') && text.find('(') != npos) {
    return context.fail(piece.span(text.find('('), text.size()),
                        "the reference counter of a USDT probe is filled in from the file",
                        "leave it out: " + std::string(text.substr(0, std::min(text.find('('), size_t{40}))));
  }
  if (text.ends_with(kReturn)) {
    return context.fail(piece.span(text.size() - kReturn.size(), text.size()),
                        "a USDT probe is no function and has no return", "leave the %return out");
  }
  size_t colon = text.find(':');
  if (colon == npos) {
    return context.fail(piece.span(), "a USDT probe is %PROVIDER:NAME",
                        "name both, or a pattern for one: %*:" + std::string(text.substr(1, 40)));
  }
  if (colon == 1 || colon + 1 == text.size()) {
    return context.fail(piece.span(), colon == 1 ? "no PROVIDER before the ':'" : "no NAME after the ':'",
                        "write %PROVIDER:NAME; * stands for any");
  }
  size_t odd = text.find_first_of(":()%+'\"", colon + 1);
  if (odd == npos) odd = text.substr(0, colon).find_first_of("()%+'\"", 1);
  if (odd != npos) {
    return context.fail(piece.span(odd, odd + 1), "this cannot stand in the name of a USDT probe",
                        "write %PROVIDER:NAME alone; patterns (* ? [set]) have no quotes here");
  }
  probe.site.form = ast::Site::Form::Usdt;
  probe.site.provider = text.substr(1, colon - 1);
  probe.site.symbol = text.substr(colon + 1);
  return true;
}

}  // namespace

bool parse_site(ParseContext& context, const Piece& piece, ast::Probe& probe) {
  string_view text = piece.text();
  probe.site.span = piece.span();
  if (text.empty()) return check_symbol(context, piece, 0);
  if (is_digit(text[0]) && !is_line_of_file(text)) {
    probe.site.form = ast::Site::Form::FileOffset;
    return parse_numeric_site(context, piece, 0, probe);
  }
  if (text.starts_with("va:")) {
    probe.site.form = ast::Site::Form::VirtualAddress;
    return parse_numeric_site(context, piece, 3, probe);
  }
  if (text[0] == '\'') return parse_pattern(context, piece, probe);
  bool only_suffix = text == kReturn || text.starts_with("%return(");
  if (text[0] == '%' && !only_suffix) return parse_usdt(context, piece, probe);
  return parse_named_site(context, piece, probe);
}

}  // namespace uproar
