#include "recording/columns/bit_stream.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace uproar {
namespace {

TEST(BitStream, BitsOfAllWidthsComeBack) {
  std::mt19937_64 random(1);
  std::vector<std::pair<uint64_t, unsigned>> pieces;
  for (int round = 0; round < 20; ++round) {
    for (unsigned count = 0; count <= 57; ++count)
      pieces.emplace_back(random() & ((uint64_t{1} << count) - 1), count);
  }
  std::vector<uint8_t> bytes;
  BitWriter out(bytes);
  for (const auto& [value, count] : pieces) out.put(value, count);
  out.finish();
  BitReader in(bytes);
  for (const auto& [value, count] : pieces) ASSERT_EQ(in.get(count), value) << count;
  EXPECT_FALSE(in.ran_out());
}

TEST(BitStream, TheFirstBitIsTheLowestOfTheFirstByte) {
  std::vector<uint8_t> bytes;
  BitWriter out(bytes);
  out.put(1, 1);
  out.put(2, 2);
  out.finish();
  EXPECT_EQ(bytes, (std::vector<uint8_t>{0b101}));
}

TEST(BitStream, BitsBehindTheEndAreZeroAndTold) {
  const std::vector<uint8_t> bytes{0xff};
  BitReader in(bytes);
  EXPECT_EQ(in.get(8), 0xffu);
  EXPECT_FALSE(in.ran_out());
  EXPECT_EQ(in.get(40), 0u);
  EXPECT_TRUE(in.ran_out());
}

}  // namespace
}  // namespace uproar
