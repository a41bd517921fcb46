#include "recording/columns/number_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace uproar {
namespace {

using Numbers = std::vector<uint64_t>;
constexpr uint64_t kMost = ~uint64_t{0};

Numbers transformed(Transform transform, const Numbers& values) {
  Numbers out;
  apply_transform(transform, values, out);
  return out;
}

TEST(NumberPlan, DifferencesAreZigzag) {
  EXPECT_EQ(transformed(Transform::None, {5, 7}), (Numbers{5, 7}));
  EXPECT_EQ(transformed(Transform::Delta, {5, 7, 6}), (Numbers{4, 1}));
  EXPECT_EQ(transformed(Transform::Delta2, {5, 7, 9, 10}), (Numbers{0, 1}));
  EXPECT_EQ(transformed(Transform::Delta, {0, kMost}), (Numbers{1}));  // -1: they wrap around
}

TEST(NumberPlan, WhatStandsApartIsNotCoded) {
  EXPECT_EQ(apart(Transform::None, 5), 0u);
  EXPECT_EQ(apart(Transform::Delta2, 5), 2u);
  EXPECT_EQ(apart(Transform::Delta2, 1), 1u);
  EXPECT_EQ(transformed(Transform::Delta2, {5}), Numbers{});
  EXPECT_EQ(transformed(Transform::Delta, {}), Numbers{});
}

TEST(NumberPlan, FrameTakesOffWhatAllHaveInCommon) {
  const Frame frame = frame_of(Numbers{0x1010, 0x1030, 0x1000});
  EXPECT_EQ(frame.base, 0x1000u);
  EXPECT_EQ(frame.shift, 4u);
  EXPECT_EQ(frame.most, 3u);
  EXPECT_EQ(frame.within(0x1010), 1u);
}

TEST(NumberPlan, FrameOfEqualAndOfExtremeNumbers) {
  EXPECT_EQ(frame_of(Numbers{7, 7}).most, 0u);
  EXPECT_EQ(frame_of(Numbers{}).most, 0u);
  const Frame frame = frame_of(Numbers{kMost, 0});
  EXPECT_EQ(frame.base, 0u);
  EXPECT_EQ(frame.shift, 0u);
  EXPECT_EQ(frame.most, kMost);
}

}  // namespace
}  // namespace uproar
