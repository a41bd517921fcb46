#include "recording/blocks/index.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

Index example() {
  return {1234, {{1, 0, 0, kNoCpu, 10, 10, 0, 5, 0, 0}, {3, 1, 1, 2, 20, 40, 3, 6, 100, 200}}};
}

TEST(Index, ComesBack) {
  ByteWriter out;
  put_index(example(), out);
  Index back;
  ASSERT_TRUE(parse_index(out.view(), 2, back));
  EXPECT_EQ(back.previous_offset, 1234u);
  EXPECT_EQ(back.headers, example().headers);
}

TEST(Index, AnotherCountIsRefused) {
  ByteWriter out;
  put_index(example(), out);
  Index back;
  EXPECT_FALSE(parse_index(out.view(), 1, back));
  EXPECT_FALSE(parse_index(out.view(), 3, back));
  EXPECT_FALSE(parse_index(out.view(), ~uint32_t{0}, back));
}

TEST(Index, DamagedEntryIsRefused) {
  ByteWriter out;
  put_index(example(), out);
  std::vector<uint8_t> bytes(out.view().begin(), out.view().end());
  for (size_t at = 8; at < bytes.size(); ++at) {
    bytes[at] ^= 0x40;
    Index back;
    EXPECT_FALSE(parse_index(bytes, 2, back)) << at;
    bytes[at] ^= 0x40;
  }
}

TEST(Index, HoldsNothingThatASearchForBlocksFinds) {
  ByteWriter out;
  put_index(example(), out);
  auto view = out.view();
  EXPECT_EQ(std::search(view.begin(), view.end(), kBlockMagic.begin(), kBlockMagic.end()), view.end());
}

}  // namespace
}  // namespace uproar
