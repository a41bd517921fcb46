#include "convert/text/text_cleaning.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(TextCleaning, MarksAndLineEndsOfOtherSystems) {
  EXPECT_EQ(without_byte_order_mark("\xef\xbb\xbf"
                                    "a"),
            "a");
  EXPECT_EQ(without_byte_order_mark("a"), "a");
  EXPECT_EQ(without_carriage_return("a\r"), "a");
  EXPECT_EQ(without_carriage_return("a"), "a");
}

TEST(TextCleaning, QuotingOfMailsAndIndents) {
  EXPECT_EQ(without_quoting("> >  bash-1 [000]"), "bash-1 [000]");
  EXPECT_EQ(without_quoting("\t\tx > y"), "x > y");
  EXPECT_EQ(without_quoting("| x"), "x");
  EXPECT_EQ(without_quoting(" > "), "");
}

}  // namespace
}  // namespace uproar
