#include "lower/bpf/event_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/excerpt.h"
#include "base/number.h"
#include "event/helper_fields.h"

namespace uproar {
namespace {

using Comparison = EventFilter::Comparison;
using Common = EventFilter::Common;

constexpr size_t kDeepest = 64;

// Longer ones first.
constexpr std::pair<std::string_view, Comparison> kComparisons[] = {
    {"==", Comparison::Equal},          {"!=", Comparison::NotEqual}, {"<=", Comparison::LessOrEqual},
    {">=", Comparison::GreaterOrEqual}, {"<", Comparison::Less},      {">", Comparison::Greater},
    {"&", Comparison::AnyBit},          {"~", Comparison::Like},
};

// kernel: kernel/trace/trace_events.c trace_define_generic_fields, trace_define_common_fields, kernel/trace/trace_uprobe.c
// uprobe_event_define_fields
constexpr std::pair<std::string_view, Common> kCommon[] = {
    {"cpu", Common::Cpu},
    {"CPU", Common::Cpu},
    {"common_pid", Common::Task},
    {"comm", Common::TaskName},
    {"COMM", Common::TaskName},
    {"__probe_ip", Common::Address},
    {"__probe_func", Common::Address},
    {"__probe_ret_ip", Common::ReturnAddress},
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Parser {
 public:
  Parser(std::string_view text, const EventSchema& schema) : text_(text), schema_(schema) {}

  Result<EventFilter> run() {
    TRY_ASSIGN(EventFilter filter, any_of(0));
    skip_blanks();
    if (at_ < text_.size())
      return fault(at_, at_ + 1, "nothing can follow here", "join comparisons with && or ||");
    return filter;
  }

 private:
  Error fault(size_t begin, size_t end, std::string message, std::string help) const {
    end = std::min(std::max(end, begin + 1), std::max(text_.size(), begin + 1));
    return Error{std::move(message),
                 underline(text_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)), std::move(help),
                 EINVAL};
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool take(std::string_view word) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  static EventFilter join(EventFilter::Kind kind, EventFilter left, EventFilter right) {
    EventFilter joined;
    joined.kind = kind;
    joined.parts.push_back(std::move(left));
    joined.parts.push_back(std::move(right));
    return joined;
  }

  Result<EventFilter> any_of(size_t depth) {
    TRY_ASSIGN(EventFilter left, all_of(depth));
    while (take("||")) {
      TRY_ASSIGN(EventFilter right, all_of(depth));
      left = join(EventFilter::Kind::Or, std::move(left), std::move(right));
    }
    return left;
  }

  Result<EventFilter> all_of(size_t depth) {
    TRY_ASSIGN(EventFilter left, one(depth));
    while (take("&&")) {
      TRY_ASSIGN(EventFilter right, one(depth));
      left = join(EventFilter::Kind::And, std::move(left), std::move(right));
    }
    return left;
  }

  Result<EventFilter> one(size_t depth) {
    skip_blanks();
    if (depth > kDeepest) return fault(at_, at_ + 1, "the filter is nested too deeply", "use a simpler one");
    if (take("!")) {
      TRY_ASSIGN(EventFilter inner, one(depth + 1));
      EventFilter made;
      made.kind = EventFilter::Kind::Not;
      made.parts.push_back(std::move(inner));
      return made;
    }
    if (take("(")) {
      const size_t open = at_ - 1;
      TRY_ASSIGN(EventFilter inner, any_of(depth + 1));
      if (!take(")")) return fault(open, open + 1, "this parenthesis is not closed", "close it with )");
      return inner;
    }
    return comparison();
  }

  Result<EventFilter> comparison() {
    EventFilter made;
    skip_blanks();
    const size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name.empty()) return fault(begin, begin + 1, "an argument's name is missing here", names());
    TRY(find(name, begin, made));
    skip_blanks();
    const size_t sign = at_;
    const auto* found = std::find_if(std::begin(kComparisons), std::end(kComparisons),
                                     [this](const auto& each) { return take(each.first); });
    if (found == std::end(kComparisons))
      return fault(sign, sign + 1, "a comparison is missing here", "one of == != < <= > >= & ~");
    made.comparison = found->second;
    const bool is_text = made.kind == EventFilter::Kind::Text;
    const bool fits = is_text ? found->second == Comparison::Equal || found->second == Comparison::NotEqual ||
                                    found->second == Comparison::Like
                              : found->second != Comparison::Like;
    if (!fits) {
      return fault(sign, at_,
                   fmt::format("{} is no comparison for {}", found->first, is_text ? "a string" : "a number"),
                   is_text ? "one of == != ~" : "one of == != < <= > >= &");
    }
    TRY(value(made));
    made.place = {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    return made.comparison == Comparison::Like ? without_mark(std::move(made)) : made;
  }

  // "!in*" is whatever "in*" is not (kernel: filter_parse_regex).
  static EventFilter without_mark(EventFilter pattern) {
    if (!pattern.text.starts_with('!')) return pattern;
    pattern.text.erase(0, 1);
    EventFilter negated;
    negated.kind = EventFilter::Kind::Not;
    negated.place = pattern.place;
    negated.parts.push_back(std::move(pattern));
    return negated;
  }

  Result<void> find(std::string_view name, size_t begin, EventFilter& made) const {
    const auto field = std::find_if(schema_.fields.begin(), schema_.fields.end(),
                                    [name](const Field& each) { return each.name == name; });
    if (field != schema_.fields.end()) return take_field(*field, begin, made);
    for (const auto& [word, common] : kCommon) {
      if (word != name || (common == Common::ReturnAddress && !schema_.is_return)) continue;
      made.common = common;
      made.kind = common == Common::TaskName ? EventFilter::Kind::Text : EventFilter::Kind::Number;
      made.is_signed = common == Common::Task;
      return {};
    }
    return fault(begin, begin + name.size(), fmt::format("the event has no argument {}", name), names());
  }

  Result<void> take_field(const Field& field, size_t begin, EventFilter& made) const {
    if (field.count != 0) {
      return fault(begin, begin + field.name.size(),
                   fmt::format("{} is an array, and a filter compares one value", field.name),
                   "choose with script --filter, or fetch the element as an argument of its own");
    }
    made.field = static_cast<uint32_t>(&field - schema_.fields.data());
    made.kind = field.kind == Field::Kind::String ? EventFilter::Kind::Text : EventFilter::Kind::Number;
    made.is_signed = field.kind == Field::Kind::Signed || has_helper(made.field, HelperField::Role::Sign);
    if (has_helper(made.field, HelperField::Role::Bits) || has_helper(made.field, HelperField::Role::Text)) {
      return fault(begin, begin + field.name.size(),
                   fmt::format("{} is not in the record as it is shown", field.name),
                   "choose with script --filter");
    }
    return {};
  }

  bool has_helper(uint32_t field, HelperField::Role role) const {
    return std::any_of(schema_.fields.begin(), schema_.fields.end(), [&](const Field& each) {
      const auto helper = parse_helper_name(each.name);
      return helper && helper->role == role && !helper->serves.empty() && helper->serves.front() == field;
    });
  }

  std::string names() const {
    std::string text;
    for (const Field& field : schema_.fields) {
      if (!parse_helper_name(field.name)) text += (text.empty() ? "" : ", ") + field.name;
    }
    return "there " + (text.empty() ? "are" : "are " + text + ",") + " comm, cpu, common_pid";
  }

  Result<void> value(EventFilter& made) {
    skip_blanks();
    const size_t begin = at_;
    if (made.kind == EventFilter::Kind::Text) return text_value(made);
    while (at_ < text_.size() && (is_word(text_[at_]) || (text_[at_] == '-' && at_ == begin))) ++at_;
    std::string_view word = text_.substr(begin, at_ - begin);
    const bool is_negative = word.starts_with('-');
    if (is_negative) word.remove_prefix(1);
    const auto number = parse_c_unsigned(word);  // as the kernel
    if (!number) return fault(begin, at_, "a number is missing here", "write it as 10, 0x1f or -3");
    if (is_negative && !made.is_signed)
      return fault(begin, at_, "this argument has no sign", "compare with a number that is not negative");
    made.number = is_negative ? 0 - *number : *number;
    return {};
  }

  Result<void> text_value(EventFilter& made) {
    const size_t begin = at_;
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '"' && quote != '\'')
      return fault(begin, begin + 1, "a string is missing here", "write it in quotes");
    const size_t end = text_.find(quote, begin + 1);
    if (end == std::string_view::npos)
      return fault(begin, text_.size(), "the string is not closed", "end it with its quote");
    made.text = text_.substr(begin + 1, end - begin - 1);
    at_ = end + 1;
    return {};
  }

  std::string_view text_;
  const EventSchema& schema_;
  size_t at_ = 0;
};

}  // namespace

Result<EventFilter> parse_event_filter(std::string_view text, const EventSchema& schema) {
  return Parser(text, schema).run();
}

}  // namespace uproar
