#include "binary/usdt/operand_sum.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(OperandSum, NumbersAreAddedUp) {
  EXPECT_EQ(parse_operand_sum("-80")->number, static_cast<uint64_t>(-80));
  EXPECT_EQ(parse_operand_sum("4+0x10-2")->number, 18u);
  EXPECT_TRUE(parse_operand_sum("4")->symbol.empty());
}

TEST(OperandSum, OneSymbolWithItsRelocation) {
  auto sum = parse_operand_sum("68+CheckpointStats");
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->symbol, "CheckpointStats");
  EXPECT_EQ(sum->number, 68u);
  sum = parse_operand_sum("table@GOTOFF-8");
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->symbol, "table");
  EXPECT_EQ(sum->relocation, "GOTOFF");
  EXPECT_EQ(sum->number, static_cast<uint64_t>(-8));
}

TEST(OperandSum, OtherTextIsNone) {
  for (const char* text : {"", "+", "4+", "-table", "a+b", "table@", "4 5", "%rdi", "1x", "a*2"})
    EXPECT_FALSE(parse_operand_sum(text)) << text;
}

}  // namespace
}  // namespace uproar
