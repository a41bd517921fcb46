#include "select/filter_parser.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

const char* sign_of(FilterOp op) {
  constexpr const char* kSigns[] = {"==", "!=", "<", "<=", ">", ">=", "&", "~"};
  return kSigns[static_cast<size_t>(op)];
}

std::string dump(const FilterLiteral& literal) {
  switch (literal.kind) {
    case FilterLiteral::Kind::Number:
      return (literal.negative ? "-" : "") + std::to_string(literal.magnitude);
    case FilterLiteral::Kind::Fraction:
      return std::to_string(literal.nanoseconds) + "ns";
    case FilterLiteral::Kind::String:
      return "'" + literal.text + "'";
    case FilterLiteral::Kind::CpuList:
      return "{" + literal.text + "}";
  }
  return {};
}

// (and (n > 1) (not (s == 'a')))
std::string dump(const FilterNode& node) {
  if (node.kind == FilterNode::Kind::Compare)
    return "(" + node.field + " " + sign_of(node.op) + " " + dump(node.literal) + ")";
  std::string text = node.kind == FilterNode::Kind::And  ? "(and"
                     : node.kind == FilterNode::Kind::Or ? "(or"
                                                         : "(not";
  for (const FilterNode& child : node.children) text += " " + dump(child);
  return text + ")";
}

std::string parsed(std::string_view text) {
  const auto node = parse_filter(text);
  return node.ok() ? dump(*node) : node.error().message;
}

TEST(FilterParser, AndBindsCloserThanOr) {
  EXPECT_EQ(parsed("a == 1 || b != 2 && c < 3"), "(or (a == 1) (and (b != 2) (c < 3)))");
  EXPECT_EQ(parsed("(a==1||b!=2)&&!c<=3"), "(and (or (a == 1) (b != 2)) (not (c <= 3)))");
}

TEST(FilterParser, EveryLiteral) {
  EXPECT_EQ(parsed("n == -5"), "(n == -5)");
  EXPECT_EQ(parsed("n & 0x10"), "(n & 16)");
  EXPECT_EQ(parsed("n >= 010"), "(n >= 8)");
  EXPECT_EQ(parsed("time > 1.5"), "(time > 1500000000ns)");
  EXPECT_EQ(parsed("s ~ \"a*\""), "(s ~ 'a*')");
  EXPECT_EQ(parsed("s == 'b c'"), "(s == 'b c')");
  EXPECT_EQ(parsed("cpu & CPUS{0-1,3}"), "(cpu & {0-1,3})");
}

TEST(FilterParser, SpansAreThoseOfTheText) {
  const FilterNode node = *parse_filter(" num >= 17 ");
  EXPECT_EQ(node.field_span.begin, 1u);
  EXPECT_EQ(node.field_span.end, 4u);
  EXPECT_EQ(node.op_span.begin, 5u);
  EXPECT_EQ(node.op_span.end, 7u);
  EXPECT_EQ(node.literal.span.begin, 8u);
  EXPECT_EQ(node.literal.span.end, 10u);
}

TEST(FilterParser, WhatIsMissingIsTold) {
  EXPECT_EQ(parsed(""), "the filter is empty");
  EXPECT_EQ(parsed("(n == 1"), "there is no ')' for this '('");
  EXPECT_EQ(parsed("n == 1)"), "there is no '(' for this ')'");
  EXPECT_EQ(parsed("n"), "expected a comparison behind n");
  EXPECT_EQ(parsed("n == 1 &&"), "expected a field");
}

TEST(FilterParser, DepthAndLengthHaveLimits) {
  EXPECT_TRUE(
      parse_filter(std::string(kDeepestFilter, '(') + "n==1" + std::string(kDeepestFilter, ')')).ok());
  EXPECT_EQ(parsed(std::string(kDeepestFilter + 1, '(') + "n==1" + std::string(kDeepestFilter + 1, ')')),
            "the filter is nested too deeply");
  EXPECT_EQ(parsed(std::string(kLongestFilter + 1, ' ')), "the filter is longer than 16384 bytes");
}

}  // namespace
}  // namespace uproar
