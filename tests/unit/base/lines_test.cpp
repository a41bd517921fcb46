#include "base/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace uproar {
namespace {

std::vector<std::string> cut(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view line : Lines(text)) out.emplace_back(line);
  return out;
}
using Texts = std::vector<std::string>;

TEST(Lines, EndAtNewlines) {
  EXPECT_EQ(cut("a\nb\n"), (Texts{"a", "b"}));
  EXPECT_EQ(cut("a\n\nb\n"), (Texts{"a", "", "b"}));
  EXPECT_EQ(cut("\n"), (Texts{""}));
  EXPECT_EQ(cut(""), Texts{});
}

TEST(Lines, TheLastNeedsNoEnd) {
  EXPECT_EQ(cut("a\nb"), (Texts{"a", "b"}));
  EXPECT_EQ(cut("a"), (Texts{"a"}));
}

TEST(Lines, CarriageReturnsAndNulsAreKept) {
  EXPECT_EQ(cut("a\r\nb\r\n"), (Texts{"a\r", "b\r"}));
  EXPECT_EQ(cut(std::string_view("a\0b\nc", 5)), (Texts{std::string("a\0b", 3), "c"}));
}

TEST(Lines, AreTakenOffTheText) {
  std::string_view text = "a\nb";
  EXPECT_EQ(take_line(text), "a");
  EXPECT_EQ(text, "b");
  EXPECT_EQ(take_line(text), "b");
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(take_line(text), "");
}

TEST(Lines, ABeginningStaysUntilItsEndIsThere) {
  std::string_view text = "a\nb", line;
  EXPECT_TRUE(take_ended_line(text, line));
  EXPECT_EQ(line, "a");
  EXPECT_FALSE(take_ended_line(text, line));
  EXPECT_EQ(line, "a");
  EXPECT_EQ(text, "b");
}

}  // namespace
}  // namespace uproar
