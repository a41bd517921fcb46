#include "recording/columns/column_block.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(ColumnBlock, ARowIsATime) {
  ColumnBlock block;
  EXPECT_EQ(block.rows(), 0u);
  block.times = {3, 5, 9};
  EXPECT_EQ(block.rows(), 3u);
}

// Who keeps several blocks counts them by it: what it holds must not be more than it says.
TEST(ColumnBlock, ItsMemoryIsThatOfWhatItHolds) {
  ColumnBlock block;
  const uint64_t before = block.memory_bytes();
  EXPECT_GE(before, sizeof block);
  block.frames.reserve(1000);
  EXPECT_GE(block.memory_bytes(), before + 8000);
  block.times.reserve(1000);
  block.numbers.reserve(1000);
  block.tasks.reserve(1000);
  EXPECT_GE(block.memory_bytes(), before + 8000 + 16000);
  block.column_bytes = uint64_t{1} << 20;
  EXPECT_GE(block.memory_bytes(), uint64_t{1} << 20);
  // A block that is filled again keeps its memory.
  const uint64_t full = block.memory_bytes();
  block.times.clear();
  block.frames.clear();
  EXPECT_EQ(block.memory_bytes(), full);
}

}  // namespace
}  // namespace uproar
