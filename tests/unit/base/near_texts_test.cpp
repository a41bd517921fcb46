#include "base/near_texts.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Names = std::vector<std::string>;

TEST(NearTexts, SlipsAreFoundBestFirst) {
  const Names files = {"main.c", "mian.h", "other.c", "main.cpp"};
  EXPECT_EQ(near_texts(files, "Main.c", 1), Names{"main.c"});
  EXPECT_EQ(near_texts(files, "mian.c", 2), (Names{"main.c", "mian.h"}));
  EXPECT_EQ(near_texts(Names{"readline_add", "readline"}, "read_line"), (Names{"readline"}));
  EXPECT_EQ(near_texts(Names{"initialize_all"}, "_init"), Names{"initialize_all"});
}

TEST(NearTexts, NothingIsNearNothing) {
  EXPECT_TRUE(near_texts(Names{"abc"}, "").empty());
  EXPECT_TRUE(near_texts(Names{}, "abc").empty());
  EXPECT_TRUE(near_texts(Names{"entirely", "different"}, "readline").empty());
}

TEST(NearTexts, NamesThatATerminalMayNotSeeAreNotOffered) {
  EXPECT_TRUE(near_texts(Names{"read\x1bline", "read line", std::string(300, 'r')}, "readline").empty());
}

TEST(NearTexts, ANameIsOfferedOnce) {
  EXPECT_EQ(near_texts(Names{"read", "read", "raed"}, "reed", 3), (Names{"raed", "read"}));
}

TEST(NearTexts, ListsAreCutWithTheirNumber) {
  EXPECT_EQ(short_list({"a", "b"}, 2), "a, b");
  EXPECT_EQ(short_list({"a", "b", "c", "d"}, 2), "a, b, … (2 more)");
  EXPECT_EQ(short_list({}, 2), "");
  EXPECT_EQ(did_you_mean({"a", "b"}), "did you mean a, b?");
  EXPECT_EQ(did_you_mean({}), "");
}

}  // namespace
}  // namespace uproar
