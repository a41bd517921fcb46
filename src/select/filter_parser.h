// The text of a filter to a tree. Pure: knows nothing of events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/span.h"

namespace uproar {

struct FilterLiteral {
  enum class Kind : uint8_t { Number, Fraction, String, CpuList };
  Kind kind = Kind::Number;
  bool negative = false;
  uint64_t magnitude = 0;    // Number
  uint64_t nanoseconds = 0;  // Number, Fraction: the same as seconds; UINT64_MAX if it is more
  std::string text;          // String: without the quotes; CpuList: what stands in the braces
  Span span;                 // in the filter's text, as those below
};

enum class FilterOp : uint8_t { Equal, Unequal, Less, LessOrEqual, Greater, GreaterOrEqual, Bits, Glob };

struct FilterNode {
  enum class Kind : uint8_t { And, Or, Not, Compare };
  Kind kind = Kind::Compare;
  std::vector<FilterNode> children;  // And, Or: two or more; Not: one
  // Compare
  std::string field;
  Span field_span;
  FilterOp op = FilterOp::Equal;
  Span op_span;
  FilterLiteral literal;
};

// Parentheses and '!' may be nested kDeepestFilter deep, the text be kLongestFilter bytes long.
inline constexpr int kDeepestFilter = 100;
inline constexpr size_t kLongestFilter = 16384;

Result<FilterNode> parse_filter(std::string_view text);

// An error that shows `text` with the span underlined.
Error filter_error(std::string_view text, Span span, std::string_view message, std::string_view remedy = {});

}  // namespace uproar
