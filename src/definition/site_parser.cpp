#include <algorithm>

#include "definition/kernel_number.h"
#include "definition/not_yet.h"
#include "definition/place_parser.h"

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

// Forms that look like a symbol and are none.
bool check_symbol(ParseContext& context, const Piece& piece, size_t end, const ast::Probe& probe) {
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
  size_t colon = symbol.rfind(':');
  if (colon != npos && colon > 0 && symbol[colon - 1] != ':' && colon + 1 < end &&
      is_digit(symbol[colon + 1])) {
    return source_line_not_yet(context, piece, colon, end);
  }
  bool signature = symbol.find('(') != npos || symbol.find("operator") != npos || probe.site.offset_given;
  if (!signature && symbol.find_first_of("*?") != npos) return glob_not_yet(context, piece);
  return true;
}

// SYMBOL[+0xN][%return][(REF)]
bool parse_symbol_site(ParseContext& context, const Piece& piece, ast::Probe& probe) {
  string_view text = piece.text();
  size_t end = text.size();
  if (size_t open = reference_at_end(text); open != npos) {
    if (!parse_reference(context, piece, open + 1, end - 1, probe.site)) return false;
    end = open;
  }
  if (text.substr(0, end).ends_with(kReturn)) {
    probe.is_return = true;
    end -= kReturn.size();
  }
  size_t plus = text.substr(0, end).rfind('+');
  if (plus != npos && plus > 0 && plus + 1 < end && is_digit(text[plus + 1])) {
    auto offset = parse_c_unsigned(text.substr(plus + 1, end - plus - 1));
    if (!offset) return fail_offset(context, piece, plus + 1, end);
    probe.site.offset = *offset;
    probe.site.offset_given = true;
    end = plus;
  }
  if (!check_symbol(context, piece, end, probe)) return false;
  probe.site.symbol = text.substr(0, end);
  return true;
}

}  // namespace

bool parse_site(ParseContext& context, const Piece& piece, ast::Probe& probe) {
  string_view text = piece.text();
  probe.site.span = piece.span();
  if (text.empty()) return check_symbol(context, piece, 0, probe);
  if (is_digit(text[0])) {
    probe.site.form = ast::Site::Form::FileOffset;
    return parse_numeric_site(context, piece, 0, probe);
  }
  if (text.starts_with("va:")) {
    probe.site.form = ast::Site::Form::VirtualAddress;
    return parse_numeric_site(context, piece, 3, probe);
  }
  if (text[0] == '\'') return glob_not_yet(context, piece);
  bool only_suffix = text == kReturn || text.starts_with("%return(");
  if (text[0] == '%' && !only_suffix) return usdt_not_yet(context, piece);
  probe.site.form = ast::Site::Form::Symbol;
  return parse_symbol_site(context, piece, probe);
}

}  // namespace uproar
