#include "recording/blocks/block_map.h"

#include <gtest/gtest.h>

#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

Bytes typical() {
  return test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer); });
}

void expect_same(const std::vector<MappedBlock>& a, const std::vector<MappedBlock>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].offset, b[i].offset);
    EXPECT_EQ(a[i].header, b[i].header);
  }
}

TEST(BlockMap, IndexAndWalkAgree) {
  auto source = memory_source(typical());
  auto indexed = map_by_index(*source, kFileHeaderBytes);
  ASSERT_TRUE(indexed);
  BlockMap walked = map_by_walking(*source, kFileHeaderBytes);
  EXPECT_TRUE(walked.damage.empty());
  expect_same(indexed->blocks, walked.blocks);
}

TEST(BlockMap, IndexOfManyLinksAgreesWithWalk) {
  Bytes file = test::write_recording([](RecordingWriter& writer) {
    ASSERT_TRUE(writer.add_event(test::example_event("hit")).ok());
    for (uint64_t i = 0; i < 3 * kBlocksPerIndex; ++i) {
      ASSERT_TRUE(writer.add_record(0, i, 0, Bytes{1, 2, 3}).ok());
      ASSERT_TRUE(writer.flush().ok());
    }
    ASSERT_TRUE(writer.finish({}).ok());
  });
  auto source = memory_source(file);
  auto indexed = map_by_index(*source, kFileHeaderBytes);
  ASSERT_TRUE(indexed);
  BlockMap walked = map_by_walking(*source, kFileHeaderBytes);
  size_t links = 0;
  for (const MappedBlock& place : walked.blocks) links += place.header.is(BlockType::Index);
  EXPECT_EQ(links, 4u);
  expect_same(indexed->blocks, walked.blocks);
}

TEST(BlockMap, IndexIsNotTrustedWhenTheFileWasShifted) {
  Bytes file = typical();
  auto blocks = test::blocks_of(file);
  file.insert(file.begin() + static_cast<ptrdiff_t>(blocks[3].offset), 10, 0);
  auto source = memory_source(file);
  EXPECT_FALSE(map_by_index(*source, kFileHeaderBytes));
  BlockMap walked = map_blocks(*source, kFileHeaderBytes);
  EXPECT_EQ(walked.blocks.size(), blocks.size());
  ASSERT_EQ(walked.damage.size(), 1u);
  EXPECT_EQ(walked.damage[0].offset, blocks[3].offset);
  EXPECT_EQ(walked.damage[0].bytes, 10u);
}

TEST(BlockMap, IndexIsNotTrustedWhenItLies) {
  Bytes file = typical();
  auto blocks = test::blocks_of(file);
  for (size_t at = blocks.end()[-2].offset; at < file.size(); ++at) {
    file[at] ^= 0x08;
    auto source = memory_source(file);
    EXPECT_FALSE(map_by_index(*source, kFileHeaderBytes)) << at;
    file[at] ^= 0x08;
  }
}

TEST(BlockMap, BytesMissingInsideABlockDoNotCostTheNextOne) {
  Bytes file = typical();
  auto blocks = test::blocks_of(file);
  auto hole = file.begin() + static_cast<ptrdiff_t>(blocks[5].offset + kBlockHeaderBytes + 3);
  file.erase(hole, hole + 20);
  auto source = memory_source(file);
  BlockMap map = map_blocks(*source, kFileHeaderBytes);
  EXPECT_EQ(map.blocks.size(), blocks.size() - 1);
  ASSERT_EQ(map.damage.size(), 1u);
  EXPECT_EQ(map.damage[0].offset, blocks[5].offset);
  EXPECT_EQ(map.damage[0].reason, "checksum of block does not match");
}

TEST(BlockMap, MissingBlockIsReported) {
  Bytes file = typical();
  auto blocks = test::blocks_of(file);
  file.erase(file.begin() + static_cast<ptrdiff_t>(blocks[4].offset),
             file.begin() + static_cast<ptrdiff_t>(blocks[6].offset));
  auto source = memory_source(file);
  BlockMap map = map_blocks(*source, kFileHeaderBytes);
  ASSERT_EQ(map.damage.size(), 1u);
  EXPECT_EQ(map.damage[0].offset, blocks[4].offset);
  EXPECT_EQ(map.damage[0].reason, "2 blocks are missing here");
}

TEST(BlockMap, BytesBehindTheEndAreReported) {
  Bytes file = typical();
  size_t size = file.size();
  file.insert(file.end(), file.begin(), file.end());
  auto source = memory_source(file);
  BlockMap map = map_blocks(*source, kFileHeaderBytes);
  ASSERT_EQ(map.damage.size(), 1u);
  EXPECT_EQ(map.damage[0].offset, size);
  EXPECT_EQ(map.damage[0].reason, "bytes after the end of the recording");
}

}  // namespace
}  // namespace uproar
