#include "base/byte_order.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace uproar {
namespace {

TEST(ByteOrder, BothOrdersOfTextAndOfBytes) {
  EXPECT_EQ(ordered_number(std::string_view("\x01\x02\xff", 3), false), 0xff0201u);
  EXPECT_EQ(ordered_number(std::string_view("\x01\x02\xff", 3), true), 0x0102ffu);
  const std::vector<uint8_t> bytes = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(ordered_number(std::span(bytes), true), 0x0102030405060708u);
  EXPECT_EQ(ordered_number(std::span(bytes).first(0), true), 0u);
}

}  // namespace
}  // namespace uproar
