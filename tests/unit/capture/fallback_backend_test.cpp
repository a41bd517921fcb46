#include "capture/fallback_backend.h"

#include <gtest/gtest.h>

#include "support/fake_backend.h"

namespace uproar {
namespace {

// Two that note their steps apart.
struct Pair {
  test::Journal first, second;
  std::unique_ptr<CaptureBackend> made = make_fallback_backend(std::make_unique<test::FakeBackend>(first),
                                                               std::make_unique<test::FakeBackend>(second));
};

TEST(FallbackBackend, FirstIsUsedWhileItCan) {
  Pair pair;
  EXPECT_TRUE(pair.made->define().ok());
  EXPECT_TRUE(pair.made->schemas().ok());
  EXPECT_TRUE(pair.made->disarm().ok());
  EXPECT_TRUE(pair.made->remove().ok());
  EXPECT_EQ(pair.made->via_reason(), "");
  EXPECT_EQ(pair.first.text(), "define\nschemas\ndisarm\nremove\n");
  EXPECT_EQ(pair.second.text(), "");
}

TEST(FallbackBackend, SecondTakesOverWhenTheFirstIsRemoved) {
  Pair pair;
  pair.first.fail_always = {"define"};
  EXPECT_TRUE(pair.made->define().ok());
  EXPECT_TRUE(pair.made->schemas().ok());
  EXPECT_TRUE(pair.made->settle(0).ok());
  EXPECT_TRUE(pair.made->remove().ok());
  EXPECT_EQ(pair.made->via_reason(), "instead of fake: define failed");
  EXPECT_EQ(pair.first.text(), "define\nremove\n");
  EXPECT_EQ(pair.second.text(), "define\nschemas\nsettle\nremove\n");
}

TEST(FallbackBackend, WhenBothFailTheSecondSaysWhy) {
  Pair pair;
  pair.first.fail_always = {"define"};
  pair.second.fail_always = {"define"};
  EXPECT_EQ(pair.made->define().error().message, "define failed");
  EXPECT_TRUE(pair.made->remove().ok());
  EXPECT_EQ(pair.second.text(), "define\nremove\n");
}

TEST(FallbackBackend, NothingIsTakenOverFromAFirstThatStays) {
  Pair pair;
  pair.first.fail_always = {"define", "remove"};
  EXPECT_EQ(pair.made->define().error().message, "remove failed");
  EXPECT_EQ(pair.second.text(), "");
}

}  // namespace
}  // namespace uproar
