#include "base/excerpt.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

TEST(Excerpt, PlaceIsUnderlined) {
  EXPECT_EQ(underline("p bash:readline", 2, 6), "  p bash:readline\n    ^~~~");
  EXPECT_EQ(underline("abc\r\n", 3, 3), "  abc\n     ^") << "behind the end";
  EXPECT_EQ(underline("abc", 100, 200), "  abc\n     ^");
  EXPECT_EQ(underline("", 0, 0), "  \n  ^");
}

TEST(Excerpt, ColumnsAreThoseOfThePerson) {
  EXPECT_EQ(underline("\u00fc x", 3, 4), "  \u00fc x\n    ^");
  EXPECT_EQ(underline("\tx", 1, 2), "   x\n   ^");
  EXPECT_EQ(underline("\x01x", 1, 2), "  ^Ax\n    ^");
  EXPECT_EQ(underline("\xffx", 1, 2), "  \\xffx\n      ^");
}

TEST(Excerpt, LongTextIsShownAroundThePlace) {
  const std::string text = std::string(1000, 'a') + "HERE" + std::string(1000, 'b');
  const std::string shown = underline(text, 1000, 1004);
  EXPECT_NE(shown.find("HERE"), std::string::npos);
  EXPECT_TRUE(shown.starts_with("  \u2026aaa"));
  EXPECT_NE(shown.find("bbb\u2026\n"), std::string::npos);
  EXPECT_TRUE(shown.ends_with(" ^~~~"));
  EXPECT_LT(shown.size(), 300u);
}

TEST(Excerpt, QuotesInMessagesAreHarmlessAndShort) {
  EXPECT_EQ(fit_for_message("a\x1b[2Jb"), "a^[[2Jb");
  const std::string shown = fit_for_message(std::string(100'000, 'a'));
  EXPECT_TRUE(shown.ends_with("a\u2026"));
  EXPECT_LT(shown.size(), 450u);
}

}  // namespace
}  // namespace uproar
