#include "base/letters.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Letters, OnlyAsciiHasCases) {
  EXPECT_EQ(lower_case("Prog_WORK2"), "prog_work2");
  EXPECT_EQ(lower_case("GrÖße_A1"), "grÖße_a1");
  EXPECT_EQ(lower_case("[@{`"), "[@{`");  // the neighbours of the letters
  EXPECT_EQ(lower_case('Z'), 'z');
}

TEST(Letters, TheSameButForCase) {
  EXPECT_TRUE(same_letters("Label", "lABEL"));
  EXPECT_FALSE(same_letters("label", "labels"));
  EXPECT_FALSE(same_letters("a[", "a{"));
  EXPECT_TRUE(same_letters("", ""));
}

}  // namespace
}  // namespace uproar
