#include "capture/bpf/reading_pace.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr size_t kSize = 1 << 20;

TEST(ReadingPace, AFullRingIsLookedAtSooner) {
  ReadingPace pace;
  EXPECT_EQ(pace.interval_ns(), ReadingPace::kUsual);
  pace.looked(kSize / 2, kSize);
  EXPECT_EQ(pace.interval_ns(), ReadingPace::kUsual / 2);
  for (int i = 0; i < 20; ++i) pace.looked(kSize, kSize);
  EXPECT_EQ(pace.interval_ns(), ReadingPace::kShortest);
}

TEST(ReadingPace, WhereNothingHappensItRests) {
  ReadingPace pace;
  for (int i = 0; i < 50; ++i) pace.looked(0, kSize);
  EXPECT_EQ(pace.interval_ns(), ReadingPace::kLongest);
  // And wakes at once.
  pace.looked(kSize / 16, kSize);
  EXPECT_EQ(pace.interval_ns(), ReadingPace::kUsual);
}

TEST(ReadingPace, ComesBackToTheUsual) {
  ReadingPace pace;
  for (int i = 0; i < 20; ++i) pace.looked(kSize, kSize);
  for (int i = 0; i < 20; ++i) pace.looked(kSize / 16, kSize);
  EXPECT_EQ(pace.interval_ns(), ReadingPace::kUsual);
  for (int i = 0; i < 20; ++i) pace.looked(kSize / 5, kSize);
  EXPECT_EQ(pace.interval_ns(), ReadingPace::kUsual);
}

}  // namespace
}  // namespace uproar
