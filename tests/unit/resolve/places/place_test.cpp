#include "resolve/places/place.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Place, ErrorUnderlinesTheText) {
  Error error = Place{{7, 14}, "p bash:readlin"}.error("no such function", "try another", 2);
  EXPECT_EQ(error.message, "no such function");
  EXPECT_EQ(error.excerpt,
            "  p bash:readlin\n"
            "         ^~~~~~~");
  EXPECT_EQ(error.remedy, "try another");
  EXPECT_EQ(error.sys_errno, 2);
}

TEST(Place, NamesFromFilesBringNoControlBytes) {
  Error error = Place{{0, 1}, "p"}.error("a\x1b[2J\n", "b\x7f");
  EXPECT_EQ(error.message, "a?[2J?");
  EXPECT_EQ(error.remedy, "b?");
}

TEST(Place, ListsAreCutWithTheirNumber) {
  EXPECT_EQ(short_list({"a", "b"}, 2), "a, b");
  EXPECT_EQ(short_list({"a", "b", "c", "d"}, 2), "a, b, … (2 more)");
  EXPECT_EQ(short_list({}, 2), "");
  EXPECT_EQ(did_you_mean({"a", "b"}), "did you mean a, b?");
  EXPECT_EQ(did_you_mean({}), "");
}

}  // namespace
}  // namespace uproar
