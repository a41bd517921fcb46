#include "recording/recovery.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes block_of(size_t payload) {
  BlockPacker packer(1);
  BlockHeader header;
  auto run = packer.pack(header, Bytes(payload, 'p'));
  return Bytes(run.begin(), run.end());
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::optional<uint64_t> find(const Bytes& file, uint64_t from) {
  auto source = memory_source(file);
  return Recovery(*source).find_whole_block(from);
}

TEST(Recovery, HeaderIsFoundAnywhere) {
  Bytes block = block_of(10);
  for (size_t junk : {0, 1, 3, 51, 52, 1000}) {
    EXPECT_EQ(find_block_header(Bytes(junk, 0xb5) + block, 0), junk);
  }
  EXPECT_EQ(find_block_header(block, 1), std::nullopt);
  EXPECT_EQ(find_block_header({}, 0), std::nullopt);
  EXPECT_EQ(find_block_header(std::span(block).first(kBlockHeaderBytes - 1), 0), std::nullopt);
}

TEST(Recovery, BlockAcrossTheSearchWindowIsFound) {
  Bytes block = block_of(10);
  for (size_t junk = 262144 - 60; junk < 262144 + 10; ++junk) {
    EXPECT_EQ(find(Bytes(junk, 0) + block, 0), junk);
  }
}

TEST(Recovery, HeaderWithoutItsPayloadIsPassedOver) {
  Bytes torn = block_of(100);
  torn.back() ^= 1;
  Bytes whole = block_of(20);
  EXPECT_EQ(find(torn + whole, 0), torn.size());
  torn.resize(60);
  EXPECT_EQ(find(torn, 0), std::nullopt);
}

TEST(Recovery, MagicAloneIsPassedOver) {
  Bytes magic(kBlockMagic.begin(), kBlockMagic.end());
  EXPECT_EQ(find(magic + magic + block_of(5), 0), 8u);
}

TEST(Recovery, ForgedHeadersDoNotCostForEver) {
  BlockHeader header;
  header.stored_bytes = header.raw_bytes = 4 << 20;
  std::array<uint8_t, kBlockHeaderBytes> forged;
  put_block_header(header, forged);
  Bytes file;
  while (file.size() < (size_t{16} << 20)) file.insert(file.end(), forged.begin(), forged.end());
  EXPECT_EQ(find(file, 0), std::nullopt);
}

}  // namespace
}  // namespace uproar
