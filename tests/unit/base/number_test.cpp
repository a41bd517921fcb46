#include "base/number.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Number, DecimalTakesDigitsOnly) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), UINT64_MAX);
  EXPECT_FALSE(parse_decimal("18446744073709551616"));
  EXPECT_FALSE(parse_decimal(""));
  EXPECT_FALSE(parse_decimal("-1"));
  EXPECT_FALSE(parse_decimal(" 1"));
  EXPECT_FALSE(parse_decimal("1x"));
}

TEST(Number, CUnsignedKnowsThreeBases) {
  EXPECT_EQ(parse_c_unsigned("0x1f"), 31u);
  EXPECT_EQ(parse_c_unsigned("017"), 15u);
  EXPECT_EQ(parse_c_unsigned("17"), 17u);
  EXPECT_EQ(parse_c_unsigned("0"), 0u);
  EXPECT_FALSE(parse_c_unsigned("0x"));
  EXPECT_FALSE(parse_c_unsigned("08"));
}

TEST(Number, CSignedCoversBothRanges) {
  EXPECT_EQ(parse_c_signed("-9223372036854775808"), INT64_MIN);
  EXPECT_FALSE(parse_c_signed("-9223372036854775809"));
  EXPECT_EQ(parse_c_signed("0xffffffffffffffff"), -1);
  EXPECT_EQ(parse_c_signed("+8"), 8);
  EXPECT_FALSE(parse_c_signed("-"));
}

TEST(Number, AllDigits) {
  EXPECT_TRUE(all_digits("007"));
  EXPECT_FALSE(all_digits(""));
  EXPECT_FALSE(all_digits("1a"));
  EXPECT_FALSE(all_digits("-1"));
}

}  // namespace
}  // namespace uproar
