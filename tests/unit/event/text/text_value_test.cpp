#include "event/text/text_value.h"

#include <gtest/gtest.h>

#include "support/shown_arguments.h"

namespace uproar {
namespace {

std::string read(std::string_view text) {
  auto piece = read_number(text, 0);
  return piece ? shown_value(piece->value) + " " + std::to_string(piece->end) : "none";
}

TEST(TextValue, NumbersOfEveryShape) {
  EXPECT_EQ(read("42 n=1"), "42 2");
  EXPECT_EQ(read("-42}"), "-42 3");
  EXPECT_EQ(read("0x1fg"), "0x1f 4");
  EXPECT_EQ(read("'q'"), "'q' 3");
  EXPECT_EQ(read("'''"), "''' 3");
  EXPECT_EQ(read("'\n'"), "'\n' 3");
  EXPECT_EQ(read("007"), "7 3");
}

TEST(TextValue, LimitsOf64Bits) {
  EXPECT_EQ(read("18446744073709551615"), "18446744073709551615 20");
  EXPECT_EQ(read("18446744073709551616"), "none");
  EXPECT_EQ(read("-9223372036854775808"), "-9223372036854775808 20");
  EXPECT_EQ(read("-9223372036854775809"), "none");
  EXPECT_EQ(read("0xffffffffffffffff"), "0xffffffffffffffff 18");
  EXPECT_EQ(read("0x10000000000000000"), "none");
}

TEST(TextValue, WhatIsNoNumber) {
  for (const char* text :
       {"", "-", "--1", "0x", "0x-1", "0xg", "'", "''", "'ab'", "+1", "abc", "\"1\"", "(fault)"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
  EXPECT_FALSE(read_number("1", 1).has_value());
  EXPECT_FALSE(read_number("1", 9).has_value());
}

TEST(TextValue, NamesStandBetweenBlankAndEquals) {
  EXPECT_EQ(name_at(" a_1=5", 0), "a_1");
  EXPECT_EQ(name_at("x b=", 1), "b");
  for (const char* text : {"", " ", " =", " 1a=", "a=", " a b=", " a", " a-b=1"})
    EXPECT_EQ(name_at(text, 0), "") << text;
}

}  // namespace
}  // namespace uproar
