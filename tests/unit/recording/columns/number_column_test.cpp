#include "recording/columns/number_column.h"

#include <gtest/gtest.h>

#include <random>

#include "recording/columns/number_choice.h"

namespace uproar {
namespace {

using Numbers = std::vector<uint64_t>;
constexpr uint64_t kMost = ~uint64_t{0};

std::vector<uint8_t> coded(const Numbers& values) {
  NumberEncoder encoder;
  ByteWriter out;
  encoder.encode(values, out);
  return {out.view().begin(), out.view().end()};
}

Numbers decoded(std::span<const uint8_t> bytes, size_t count) {
  NumberDecoder decoder;
  ByteReader in(bytes);
  Numbers back(count);
  if (!decoder.decode(in, back) || !in.at_end() || in.failed()) return {};
  return back;
}

Numbers by_plan(const Numbers& values, NumberPlan plan) {
  NumberEncoder encoder;
  ByteWriter out;
  encoder.encode(values, plan, out);
  return decoded(out.view(), values.size());
}

std::vector<Numbers> examples() {
  std::mt19937_64 random(1);
  Numbers even(3000), rising(5000), few(4000), wide(2000), pointers(2000), noisy(1500);
  uint64_t time = 1'000'000'000;
  for (auto& value : even) value = random() % 1000;
  for (auto& value : rising) value = time += 4000 + random() % 900;
  for (auto& value : few) value = 0x7f0000000000 + 4096 * (random() % 7);
  for (auto& value : wide) value = random();
  for (auto& value : pointers) value = 0x7f1200000000 + 16 * (random() % 100000);
  for (auto& value : noisy) value = random() % 3 ? 5 : random() % 2 ? kMost : 0;
  return {{7},
          {0, kMost},
          {kMost, 0},
          {1, 2, 3, 4},
          {kMost, kMost, kMost},
          {0, 0, 1},
          {5, 3, 1, 0},
          {kMost - 1, kMost, 0, 1, 2},
          even,
          rising,
          few,
          wide,
          pointers,
          noisy};
}

TEST(NumberColumn, EveryPlanGivesTheNumbersBack) {
  for (const Numbers& values : examples()) {
    EXPECT_EQ(decoded(coded(values), values.size()), values);
    for (NumberCodec codec : {NumberCodec::Varint, NumberCodec::Entropy, NumberCodec::Planes}) {
      for (Transform transform : {Transform::None, Transform::Delta, Transform::Delta2}) {
        for (unsigned mantissa_bits : {0u, 1u, 4u, 8u}) {
          EXPECT_EQ(by_plan(values, {codec, transform, mantissa_bits}), values)
              << int(codec) << " " << int(transform) << " " << mantissa_bits << " of " << values.size();
        }
      }
    }
    EXPECT_EQ(by_plan(values, {NumberCodec::Dictionary, Transform::None, 0}), values);
  }
}

TEST(NumberColumn, ColumnsWithAFormTakeAFewBytes) {
  EXPECT_LE(coded(Numbers(100000, 12345)).size(), 4u);
  Numbers steps(100000);
  for (size_t i = 0; i < steps.size(); ++i) steps[i] = 1000 - 3 * i;
  EXPECT_LE(coded(steps).size(), 5u);
  EXPECT_EQ(decoded(coded(steps), steps.size()), steps);
}

// Times of a loop: a few thousand nanoseconds apart, each second one late.
TEST(NumberColumn, DifferencesTakeAboutTheirEntropy) {
  std::mt19937_64 random(4);
  Numbers times(50000);
  uint64_t time = 0;
  for (auto& value : times) value = time += 4096 + random() % 1024;
  const double bytes = static_cast<double>(coded(times).size());
  EXPECT_NEAR(bytes / 50000, 10 / 8.0, 0.05);
}

TEST(NumberColumn, FewDifferentPointersTakeTheirChoice) {
  std::mt19937_64 random(5);
  Numbers values(40000);
  for (auto& value : values) value = random() % 4 * 0x123456789 + 0x7f0000000000;
  EXPECT_NEAR(static_cast<double>(coded(values).size()), 40000 / 4.0, 300);
  EXPECT_EQ(decoded(coded(values), values.size()), values);
}

TEST(NumberColumn, EmptyColumn) {
  EXPECT_EQ(coded({}), (std::vector<uint8_t>{0, 0}));
}

TEST(NumberColumn, CutAnywhereIsReported) {
  for (const Numbers& values : examples()) {
    if (values.size() > 2000) continue;
    auto bytes = coded(values);
    for (size_t size = 0; size < bytes.size(); size += 1 + size / 64) {
      EXPECT_TRUE(decoded(std::span(bytes).first(size), values.size()).empty()) << size;
    }
  }
}

TEST(NumberColumn, WhatNoEncoderWritesIsReported) {
  NumberDecoder decoder;
  Numbers out(2);
  auto refused = [&](std::initializer_list<uint8_t> bytes) {
    std::vector<uint8_t> all(bytes);
    all.resize(all.size() + 16);
    ByteReader in(all);
    return !decoder.decode(in, out);
  };
  EXPECT_TRUE(refused({6}));                    // codec
  EXPECT_TRUE(refused({2, 3}));                 // transform
  EXPECT_TRUE(refused({2, 0, 0, 64}));          // shift
  EXPECT_TRUE(refused({4, 0, 0, 0, 9}));        // width
  EXPECT_TRUE(refused({4, 0, 0, 0, 0}));        // width
  EXPECT_TRUE(refused({3, 0, 0, 0, 9}));        // mantissa
  EXPECT_TRUE(refused({5, 0}));                 // dictionary of nothing
  EXPECT_TRUE(refused({5, 1, 7, 0, 1}));        // index beyond the dictionary
  EXPECT_TRUE(refused({5, 1, 7, 5, 1, 7, 0}));  // dictionary in a dictionary
  EXPECT_TRUE(refused({5, 3, 1, 1, 1, 0, 0}));  // more in the dictionary than there are numbers
}

}  // namespace
}  // namespace uproar
