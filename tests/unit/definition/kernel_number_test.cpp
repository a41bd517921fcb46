#include "definition/kernel_number.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(KernelNumber, UnsignedTakesOnePlus) {
  EXPECT_EQ(parse_kernel_unsigned("+0x10"), 16u);
  EXPECT_EQ(parse_kernel_unsigned("0xffffffffffffffff"), UINT64_MAX);
  EXPECT_FALSE(parse_kernel_unsigned("++1"));
  EXPECT_FALSE(parse_kernel_unsigned("-1"));
  EXPECT_FALSE(parse_kernel_unsigned("+"));
}

TEST(KernelNumber, SignedHasTheRangeOfLong) {
  EXPECT_EQ(parse_kernel_signed("-0x8000000000000000"), INT64_MIN);
  EXPECT_EQ(parse_kernel_signed("+9223372036854775807"), INT64_MAX);
  EXPECT_FALSE(parse_kernel_signed("0x8000000000000000"));
  EXPECT_FALSE(parse_kernel_signed("-0x8000000000000001"));
  EXPECT_FALSE(parse_kernel_signed("-+1"));
  EXPECT_FALSE(parse_kernel_signed("--1"));
}

TEST(KernelNumber, RadixIsThatOfTheDigits) {
  EXPECT_EQ(radix_of("0"), ast::Radix::Decimal);
  EXPECT_EQ(radix_of("-010"), ast::Radix::Octal);
  EXPECT_EQ(radix_of("+0X1f"), ast::Radix::Hex);
  EXPECT_EQ(radix_of("12"), ast::Radix::Decimal);
}

TEST(KernelNumber, LettersAreLatin1) {
  EXPECT_TRUE(is_kernel_alpha('a'));
  EXPECT_TRUE(is_kernel_alpha('\xe9'));
  EXPECT_FALSE(is_kernel_alpha('\xd7'));
  EXPECT_FALSE(is_kernel_alpha('\xa9'));
  EXPECT_FALSE(is_kernel_alpha('1'));
}

}  // namespace
}  // namespace uproar
