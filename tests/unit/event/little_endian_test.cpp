#include "event/little_endian.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(LittleEndian, NumbersOfAllSizesAtOddPlaces) {
  uint8_t bytes[16] = {};
  store_little_endian(bytes + 1, uint32_t{0x04030201});
  EXPECT_EQ(bytes[0], 0);
  EXPECT_EQ(bytes[1], 1);
  EXPECT_EQ(bytes[4], 4);
  EXPECT_EQ(load_little_endian<uint32_t>(bytes + 1), 0x04030201u);
  EXPECT_EQ(load_little_endian<uint16_t>(bytes + 1), 0x0201u);
  EXPECT_EQ(load_little_endian<uint8_t>(bytes + 2), 2u);
  store_little_endian(bytes + 3, uint64_t{0x0807060504030201});
  EXPECT_EQ(load_little_endian<uint64_t>(bytes + 3), 0x0807060504030201u);
  EXPECT_EQ(load_little_endian<int32_t>(bytes + 7), 0x08070605);
}

}  // namespace
}  // namespace uproar
