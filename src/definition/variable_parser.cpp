// Variables of the program, and the things of its language that are none.
#include <algorithm>
#include <string>
#include <utility>

#include "definition/argument_parser.h"
#include "definition/kernel_number.h"

namespace uproar {
namespace {

using std::string_view;
using Kind = ast::VariableStep::Kind;
constexpr size_t npos = string_view::npos;

// Far more than any expression has, few enough for code that does something for each.
constexpr size_t kMostSteps = 64;

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) {
  return begins_name(c) || is_digit(c);
}

class VariableParser {
 public:
  VariableParser(ParseContext& context, const Part& part, ast::Variable& variable)
      : context_(context), part_(part), text_(part.text()), variable_(variable) {}

  bool parse() {
    while (at_ < text_.size() && text_[at_] == '*') ++at_;
    size_t stars = at_;
    if (!parse_name()) return false;
    return parse_steps(stars);
  }

  // $retval->FIELD: what the function returns is followed like a variable.
  bool parse_result(size_t name_length) {
    at_ = name_length;
    variable_.name = text_.substr(0, at_);
    return parse_steps(0);
  }

 private:
  bool parse_steps(size_t stars) {
    while (at_ < text_.size()) {
      if (!parse_step()) return false;
    }
    for (size_t star = stars; star > 0; --star) add(Kind::Dereference, star - 1);
    if (variable_.steps.size() <= kMostSteps) return true;
    return fail(0, text_.size(), "a variable has at most 64 steps", "record a nearer value");
  }

  bool fail(size_t from, size_t to, std::string message, std::string hint) {
    return context_.fail(part_.span(from, to), std::move(message), std::move(hint));
  }
  std::string shown(size_t from, size_t to = npos) const {
    return std::string(text_.substr(from, std::min<size_t>(to == npos ? npos : to - from, 40)));
  }

  size_t identifier_end(size_t from) const {
    if (from >= text_.size() || !begins_name(text_[from])) return from;
    size_t end = from;
    while (end < text_.size() && continues_name(text_[end])) ++end;
    return end;
  }

  // [FILE:][::]NAME{::NAME}
  bool parse_name() {
    size_t begin = at_;
    at_ += file_prefix(text_.substr(at_));
    if (text_.substr(at_).starts_with("::")) at_ += 2;
    for (;;) {
      size_t end = identifier_end(at_);
      if (end == at_) return fail_name(begin);
      at_ = end;
      if (!text_.substr(at_).starts_with("::")) break;
      at_ += 2;
    }
    variable_.name = text_.substr(begin, at_ - begin);
    return true;
  }

  bool fail_name(size_t begin) {
    char next = begin < text_.size() ? text_[begin] : '\0';
    if (at_ > begin) return fail(begin, text_.size(), "no name after the '::'", "write ns::variable");
    if (next == '&') {
      return fail(begin, text_.size(), "addresses of variables are not recorded",
                  "write " + shown(begin + 1) + " for its value, with :x64 if it is a pointer");
    }
    if (next == '%' || next == '$' || next == '@' || next == '+' || next == '-') {
      return fail(0, text_.size(), "only a variable takes a '*'", "write +0(" + shown(begin) + ")");
    }
    if (next == '(') return fail_brackets(begin);
    return fail(0, text_.size(), "no variable after the '*'", "write *NAME, such as *count");
  }

  // (*p).x, (int)x, (x)
  bool fail_brackets(size_t begin) {
    size_t close = text_.find(')', begin);
    std::string inside = shown(begin + 1, close);
    if (close == npos) return fail(begin, begin + 1, "variables stand without brackets", "leave it out");
    string_view rest = text_.substr(close + 1);
    if (inside.starts_with('*') && !rest.empty()) {
      std::string pointer = inside.substr(1);
      std::string instead = rest[0] == '.' ? pointer + "->" + std::string(rest.substr(1, 40))
                                           : pointer + "[0]" + shown(close + 1);
      return fail(begin, text_.size(), "variables stand without brackets", "write " + instead);
    }
    bool cast = !rest.empty() && (begins_name(rest[0]) || string_view("*&%$(").find(rest[0]) != npos);
    if (cast) {
      return fail(begin, close + 1, "a value is not cast",
                  "write how to read it behind it: " + shown(close + 1) + ":s32");
    }
    return fail(begin, text_.size(), "variables stand without brackets",
                "write " + inside + shown(close + 1));
  }

  bool parse_step() {
    if (text_.substr(at_).starts_with("->")) return parse_field(Kind::Arrow, 2);
    if (text_[at_] == '.') return parse_field(Kind::Dot, 1);
    // Fortran's selector of a component.
    if (text_[at_] == '%' && identifier_end(at_ + 1) != at_ + 1) return parse_field(Kind::Dot, 1);
    // Pascal's "what it points at".
    if (text_[at_] == '^' && (at_ + 1 == text_.size() || string_view(".[^").find(text_[at_ + 1]) != npos)) {
      add(Kind::Dereference, at_, at_ + 1);
      ++at_;
      return true;
    }
    if (text_[at_] == '[') return parse_index(']');
    if (text_[at_] == '(' && is_element_in_brackets()) return parse_index(')');
    return fail_operator();
  }

  // Behind NAME{::NAME}: of c->Base::member, the base that has the member.
  size_t qualified_end(size_t from) const {
    size_t end = identifier_end(from);
    while (end > from && text_.substr(end).starts_with("::")) {
      const size_t next = identifier_end(end + 2);
      if (next == end + 2) break;
      end = next;
    }
    return end;
  }

  // ->NAME, .NAME, ->BASE::NAME, .0
  bool parse_field(Kind kind, size_t mark) {
    size_t begin = at_;
    size_t field = at_ + mark;
    size_t end = qualified_end(field);
    if (end == field) end = std::min(text_.find_first_not_of("0123456789", field), text_.size());
    if (end == field) {
      return fail(begin, std::max(field, std::min(field + 1, text_.size())),
                  "no field after the '" + std::string(kind == Kind::Arrow ? "->" : ".") + "'",
                  "name it: " + shown(0, field) + "FIELD");
    }
    add(kind, begin, end).field = text_.substr(field, end - field);
    at_ = end;
    return true;
  }

  // (2), (2,-1): an element as Fortran and Ada write it.
  bool is_element_in_brackets() const {
    const size_t close = text_.find(')', at_);
    const size_t other = text_.find_first_not_of("0123456789,-xXabcdefABCDEF", at_ + 1);
    return close != npos && close == other && close > at_ + 1 &&
           (is_digit(text_[at_ + 1]) || text_[at_ + 1] == '-');
  }

  // [N], [N,M]: one index after the other. Some languages have negative ones.
  bool parse_index(char closing) {
    const size_t open = at_;
    const size_t close = text_.find(closing, open);
    if (close == npos)
      return fail(open, open + 1, "the bracket of the index is not closed",
                  std::string("add the '") + closing + "'");
    for (size_t begin = open + 1; begin <= close;) {
      const size_t end = std::min(text_.find(',', begin), close);
      if (!parse_one_index(open, begin, end, end == close ? close + 1 : end)) return false;
      begin = end + 1;
    }
    at_ = close + 1;
    return true;
  }

  bool parse_one_index(size_t open, size_t begin, size_t end, size_t span_end) {
    const string_view digits = text_.substr(begin, end - begin);
    const bool negative = digits.starts_with('-');
    const auto index = parse_c_unsigned(negative ? digits.substr(1) : digits);
    if (!index || *index > static_cast<uint64_t>(INT64_MAX)) {
      std::string hint = "write a number, such as that of the first: " + shown(0, open) + "[0]";
      if (!digits.empty() && begins_name(digits[0])) {
        hint = "write a number; record " + shown(begin, end) + " by itself";
      }
      return fail(begin, std::max(end, begin), "the index is not a number", std::move(hint));
    }
    const auto value = static_cast<int64_t>(*index);
    add(Kind::Index, begin == open + 1 ? open : begin, span_end).index = negative ? -value : value;
    return true;
  }

  bool fail_operator() {
    if (text_[at_] == '(') {
      return fail(0, text_.size(), "functions of the program are not called",
                  "record what " + shown(0, at_) + " is given or returns with a probe at " + shown(0, at_));
    }
    if (string_view("+-*/%&|^<>=!?~").find(text_[at_]) != npos) {
      return fail(at_, text_.size(), "nothing is calculated here",
                  "record the values one by one; an element is NAME[N], memory further on +N(FETCH)");
    }
    return fail(at_, at_ + 1, "this cannot follow a variable",
                "behind its name a variable has ->FIELD, .FIELD and [N], then comes :TYPE");
  }

  ast::VariableStep& add(Kind kind, size_t begin, size_t end) {
    return variable_.steps.emplace_back(ast::VariableStep{kind, {}, 0, part_.span(begin, end)});
  }
  void add(Kind kind, size_t begin) { add(kind, begin, begin + 1); }

  ParseContext& context_;
  const Part& part_;
  string_view text_;
  ast::Variable& variable_;
  size_t at_ = 0;
};

}  // namespace

bool looks_like_variable(string_view text) {
  return begins_name(text[0]) || text[0] == ':' || text[0] == '*' || text[0] == '&' || text[0] == '(';
}

bool parse_variable(ParseContext& context, const Part& part, ast::Variable& variable) {
  return VariableParser(context, part, variable).parse();
}

bool parse_result(ParseContext& context, const Part& part, size_t name_length, ast::Variable& variable) {
  return VariableParser(context, part, variable).parse_result(name_length);
}

}  // namespace uproar
