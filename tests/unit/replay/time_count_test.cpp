#include "replay/time_count.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(TimeCount, AbsoluteHasNoOrigin) {
  TimeCount count(TimeCount::Mode::Absolute);
  EXPECT_EQ(count.next_origin(5), 0u);
  EXPECT_EQ(count.next_origin(7), 0u);
}

TEST(TimeCount, SinceFirst) {
  TimeCount count(TimeCount::Mode::SinceFirst);
  EXPECT_EQ(count.next_origin(5), 5u);
  EXPECT_EQ(count.next_origin(7), 5u);
  EXPECT_EQ(count.next_origin(9), 5u);
}

TEST(TimeCount, SincePrevious) {
  TimeCount count(TimeCount::Mode::SincePrevious);
  EXPECT_EQ(count.next_origin(5), 5u);
  EXPECT_EQ(count.next_origin(7), 5u);
  EXPECT_EQ(count.next_origin(9), 7u);
}

TEST(TimeCount, LinesWithoutATimeDoNotCount) {
  TimeCount count(TimeCount::Mode::SincePrevious);
  EXPECT_EQ(count.next_origin(0), 0u);
  EXPECT_EQ(count.next_origin(7), 7u);
  EXPECT_EQ(count.next_origin(9), 7u);
}

}  // namespace
}  // namespace uproar
