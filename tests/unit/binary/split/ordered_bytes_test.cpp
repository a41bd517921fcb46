#include "binary/split/ordered_bytes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace uproar {
namespace {

using std::string_view_literals::operator""sv;

TEST(OrderedBytes, NumbersOfBothOrders) {
  OrderedBytes little("\1\2\3\4\5"sv, false);
  EXPECT_EQ(little.number(2), 0x0201u);
  EXPECT_EQ(little.number(3), 0x050403u);
  OrderedBytes big("\1\2\3\4\5"sv, true);
  EXPECT_EQ(big.number(2), 0x0102u);
  EXPECT_EQ(big.number(3), 0x030405u);
  EXPECT_TRUE(big.good());
  EXPECT_EQ(big.at(), 5u);
}

TEST(OrderedBytes, AfterAReadBeyondTheEndEverythingIsZero) {
  OrderedBytes in("\1\2"sv, false);
  EXPECT_EQ(in.number(4), 0u);
  EXPECT_FALSE(in.good());
  in.seek(0);
  EXPECT_EQ(in.number(1), 0u);
  EXPECT_EQ(in.leb(), 0u);
  EXPECT_EQ(in.signed_leb(), 0);
  EXPECT_FALSE(in.good());
}

TEST(OrderedBytes, SkippingBeyondTheEnd) {
  OrderedBytes far("abc"sv, false);
  far.skip(UINT64_MAX);
  EXPECT_FALSE(far.good());
  OrderedBytes end("abc"sv, false);
  end.skip(3);
  EXPECT_TRUE(end.good());
  end.seek(4);
  EXPECT_FALSE(end.good());
}

TEST(OrderedBytes, ATextEndsWithItsNul) {
  OrderedBytes in("ab\0\0cd"sv, false);
  in.skip_text();
  EXPECT_EQ(in.at(), 3u);
  in.skip_text();
  EXPECT_EQ(in.at(), 4u);
  EXPECT_TRUE(in.good());
  in.skip_text();
  EXPECT_FALSE(in.good());
}

TEST(OrderedBytes, WhatIsPutIsRead) {
  for (uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{300}, UINT64_MAX}) {
    std::string bytes;
    put_leb(bytes, value);
    OrderedBytes in(bytes, false);
    EXPECT_EQ(in.leb(), value);
    EXPECT_TRUE(in.good());
    EXPECT_EQ(in.at(), bytes.size());
  }
  for (int64_t value : {int64_t{0}, int64_t{63}, int64_t{64}, int64_t{-1}, int64_t{-64}, int64_t{-65},
                        std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    std::string bytes;
    put_signed_leb(bytes, value);
    OrderedBytes in(bytes, false);
    EXPECT_EQ(in.signed_leb(), value);
    EXPECT_EQ(in.at(), bytes.size()) << value;
  }
  std::string bytes;
  put_number(bytes, 0x01020304, 4, true);
  put_number(bytes, 0x0506, 2, false);
  EXPECT_EQ(bytes, "\1\2\3\4\6\5"sv);
  put_number_at(bytes, 1, 0x0a0b, 2, false);
  EXPECT_EQ(bytes, "\1\x0b\x0a\4\6\5"sv);
}

// 0x80 may be repeated without saying anything, but not for ever.
TEST(OrderedBytes, ANumberThatNeverEndsIsDamage) {
  OrderedBytes cut("\x80\x80"sv, false);
  cut.leb();
  EXPECT_FALSE(cut.good());
  const std::string many(1000, '\x80');
  OrderedBytes endless(many, false);
  endless.leb();
  EXPECT_FALSE(endless.good());
  EXPECT_LT(endless.at(), 20u);
}

}  // namespace
}  // namespace uproar
