#include "select/filter_parser.h"

#include <utility>

#include "base/excerpt.h"
#include "base/number.h"

namespace uproar {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr const char* kComparisons = "compare with == != < <= > >= & or, strings, with == != ~";

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}
bool is_name_byte(char byte) {
  return is_digit(byte) || byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<FilterNode> whole() {
    if (text_.size() > kLongestFilter)
      return Error{"the filter is longer than " + std::to_string(kLongestFilter) + " bytes", {}, {}, 0};
    skip_blanks();
    if (at_end())
      return fail({at_, at_}, "the filter is empty", "write one like 'n > 100 && name ~ \"ab*\"'");
    TRY_ASSIGN(FilterNode node, alternatives(0));
    if (at_end()) return node;
    if (peek() == ')') return fail(here(1), "there is no '(' for this ')'");
    return fail(here(1), "expected && or || or the end", "join conditions by && and ||");
  }

 private:
  Result<FilterNode> alternatives(int depth) {
    return joined(FilterNode::Kind::Or, "||",
                  [&] { return joined(FilterNode::Kind::And, "&&", [&] { return condition(depth); }); });
  }

  template <typename Part>
  Result<FilterNode> joined(FilterNode::Kind kind, std::string_view word, Part part) {
    TRY_ASSIGN(FilterNode first, part());
    if (!starts_with(word)) return first;
    FilterNode node;
    node.kind = kind;
    node.children.push_back(std::move(first));
    while (take(word)) {
      TRY_ASSIGN(FilterNode next, part());
      node.children.push_back(std::move(next));
    }
    return node;
  }

  Result<FilterNode> condition(int depth) {
    if (depth > kDeepestFilter) return fail(here(1), "the filter is nested too deeply");
    skip_blanks();
    if (!at_end() && peek() == '!') {
      take("!");
      FilterNode node;
      node.kind = FilterNode::Kind::Not;
      TRY_ASSIGN(FilterNode inner, condition(depth + 1));
      node.children.push_back(std::move(inner));
      return node;
    }
    if (!at_end() && peek() == '(') {
      const Span opened = here(1);
      take("(");
      TRY_ASSIGN(FilterNode node, alternatives(depth + 1));
      if (take(")")) return node;
      if (at_end()) return fail(opened, "there is no ')' for this '('");
      return fail(here(1), "expected && or || or ')'");
    }
    return comparison();
  }

  Result<FilterNode> comparison() {
    FilterNode node;
    const uint32_t begin = at_;
    while (!at_end() && is_name_byte(peek())) ++at_;
    if (at_ == begin) {
      return fail(here(1), "expected a field",
                  "name an argument of the event, or comm, pid, tid, cpu, ip, time");
    }
    node.field = text_.substr(begin, at_ - begin);
    node.field_span = {begin, at_};
    skip_blanks();
    TRY(comparison_sign(node));
    skip_blanks();
    TRY_ASSIGN(node.literal, literal());
    skip_blanks();
    return node;
  }

  Result<void> comparison_sign(FilterNode& node) {
    // A longer one stands before its beginning.
    static constexpr std::pair<std::string_view, FilterOp> kSigns[] = {{"==", FilterOp::Equal},
                                                                       {"!=", FilterOp::Unequal},
                                                                       {"<=", FilterOp::LessOrEqual},
                                                                       {"<", FilterOp::Less},
                                                                       {">=", FilterOp::GreaterOrEqual},
                                                                       {">", FilterOp::Greater},
                                                                       {"~", FilterOp::Glob},
                                                                       {"&", FilterOp::Bits}};
    if (!starts_with("&&")) {
      for (const auto& [sign, op] : kSigns) {
        if (!starts_with(sign)) continue;
        node.op = op;
        node.op_span = here(static_cast<uint32_t>(sign.size()));
        at_ = node.op_span.end;
        return {};
      }
    }
    if (starts_with("=")) return fail(here(1), "there is no comparison =", "write ==");
    return fail(here(1), "expected a comparison behind " + node.field, kComparisons);
  }

  Result<FilterLiteral> literal() {
    if (at_end()) return fail(here(1), "expected a number or a string in quotes");
    if (peek() == '"' || peek() == '\'') return string();
    if (starts_with("CPUS{")) return cpu_list();
    if (is_digit(peek()) || peek() == '-') return number();
    const uint32_t begin = at_;
    uint32_t end = at_;
    while (end < text_.size() && is_name_byte(text_[end])) ++end;
    if (end == begin) return fail(here(1), "expected a number or a string in quotes");
    return fail({begin, end}, "strings stand in quotes",
                "write \"" + std::string(text_.substr(begin, end - begin)) + "\"");
  }

  Result<FilterLiteral> string() {
    const char quote = peek();
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos)
      return fail({at_, static_cast<uint32_t>(text_.size())}, "the string has no end",
                  std::string("close it with ") + quote);
    FilterLiteral literal;
    literal.kind = FilterLiteral::Kind::String;
    literal.text = text_.substr(at_ + 1, end - at_ - 1);
    literal.span = {at_, static_cast<uint32_t>(end + 1)};
    at_ = literal.span.end;
    return literal;
  }

  Result<FilterLiteral> cpu_list() {
    const size_t end = text_.find('}', at_);
    if (end == std::string_view::npos)
      return fail({at_, static_cast<uint32_t>(text_.size())}, "there is no '}' behind CPUS{",
                  "write CPUS{0-1,3}");
    FilterLiteral literal;
    literal.kind = FilterLiteral::Kind::CpuList;
    literal.text = text_.substr(at_ + 5, end - at_ - 5);
    literal.span = {at_, static_cast<uint32_t>(end + 1)};
    at_ = literal.span.end;
    return literal;
  }

  Result<FilterLiteral> number() {
    FilterLiteral literal;
    const uint32_t begin = at_;
    if (peek() == '-') {
      literal.negative = true;
      ++at_;
    }
    const uint32_t digits = at_;
    while (!at_end() && (is_name_byte(peek()) || peek() == '.')) ++at_;
    literal.span = {begin, at_};
    const std::string_view word = text_.substr(digits, at_ - digits);
    const size_t point = word.find('.');
    if (point != std::string_view::npos) {
      const auto seconds = parse_decimal(word.substr(0, point));
      std::string fraction(word.substr(point + 1));
      if (!seconds || fraction.size() > 9) return fail(literal.span, "this is no number", kNumbers);
      fraction.resize(9, '0');
      const auto nanoseconds = parse_decimal(fraction);
      if (!nanoseconds) return fail(literal.span, "this is no number", kNumbers);
      literal.kind = FilterLiteral::Kind::Fraction;
      literal.nanoseconds = nanoseconds_of(*seconds, *nanoseconds);
      return literal;
    }
    const auto magnitude = parse_c_unsigned(word);
    if (!magnitude) return fail(literal.span, "this is no number", kNumbers);
    literal.magnitude = *magnitude;
    literal.nanoseconds = nanoseconds_of(*magnitude, 0);
    return literal;
  }

  static uint64_t nanoseconds_of(uint64_t seconds, uint64_t rest) {
    if (seconds > (UINT64_MAX - rest) / kNanosecondsPerSecond) return UINT64_MAX;
    return seconds * kNanosecondsPerSecond + rest;
  }

  Error fail(Span span, std::string_view message, std::string_view remedy = {}) const {
    return filter_error(text_, span, message, remedy);
  }

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return text_[at_]; }
  bool starts_with(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool take(std::string_view word) {
    if (!starts_with(word)) return false;
    at_ += static_cast<uint32_t>(word.size());
    skip_blanks();
    return true;
  }
  void skip_blanks() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\n')) ++at_;
  }
  Span here(uint32_t length) const { return {at_, at_ + length}; }

  static constexpr const char* kNumbers = "numbers are decimal (100), hexadecimal (0x64) or octal (0144)";
  std::string_view text_;
  uint32_t at_ = 0;
};

}  // namespace

Error filter_error(std::string_view text, Span span, std::string_view message, std::string_view remedy) {
  return Error{fit_for_message(message), underline(text, span.begin, span.end), fit_for_message(remedy), 0};
}

Result<FilterNode> parse_filter(std::string_view text) {
  return Parser(text).whole();
}

}  // namespace uproar
