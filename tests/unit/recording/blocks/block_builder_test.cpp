#include "recording/blocks/block_builder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;
using Stack = std::vector<uint64_t>;

Stack stack_of(const BlockBuilder& builder, size_t row) {
  const auto stack = builder.stack(row);
  return {stack.begin(), stack.end()};
}

TEST(BlockBuilder, KeepsRecordsAsTheyCome) {
  BlockBuilder builder;
  builder.add(10, 3, Bytes{1, 2}, {});
  builder.add(10, 4, Bytes{}, {});
  builder.add(20, 3, Bytes{5}, {});
  ASSERT_EQ(builder.rows(), 3u);
  EXPECT_EQ(Bytes(builder.record(0).begin(), builder.record(0).end()), (Bytes{1, 2}));
  EXPECT_TRUE(builder.record(1).empty());
  EXPECT_EQ(builder.record(2)[0], 5);
  EXPECT_FALSE(builder.has_stacks());
  EXPECT_TRUE(builder.stack(1).empty());
  const BlockHeader header = builder.header(7);
  EXPECT_TRUE(header.is(BlockType::Columns));
  EXPECT_EQ(header.cpu, 7u);
  EXPECT_EQ(header.count, 3u);
  EXPECT_EQ(header.first_ns, 10u);
  EXPECT_EQ(header.last_ns, 20u);
}

TEST(BlockBuilder, TimesDoNotFallWithinABlock) {
  BlockBuilder builder;
  EXPECT_TRUE(builder.accepts(0));
  builder.add(10, 0, Bytes{1}, {});
  EXPECT_TRUE(builder.accepts(10));
  EXPECT_FALSE(builder.accepts(9));
  builder.clear();
  EXPECT_TRUE(builder.accepts(9));
  EXPECT_EQ(builder.rows(), 0u);
}

TEST(BlockBuilder, RecordsBeforeTheFirstStackHaveNone) {
  BlockBuilder builder;
  builder.add(1, 0, Bytes{1}, {});
  builder.add(2, 0, Bytes{1}, {});
  builder.add(3, 0, Bytes{1}, Stack{7, 8});
  builder.add(4, 0, Bytes{1}, {});
  builder.add(5, 0, Bytes{1}, Stack{9});
  EXPECT_TRUE(builder.has_stacks());
  EXPECT_EQ(stack_of(builder, 0), Stack{});
  EXPECT_EQ(stack_of(builder, 1), Stack{});
  EXPECT_EQ(stack_of(builder, 2), (Stack{7, 8}));
  EXPECT_EQ(stack_of(builder, 3), Stack{});
  EXPECT_EQ(stack_of(builder, 4), (Stack{9}));
  builder.clear();
  EXPECT_FALSE(builder.has_stacks());
}

TEST(BlockBuilder, HeadersThatNoWriterMakesAreImplausible) {
  BlockBuilder builder;
  builder.add(10, 0, Bytes{1}, {});
  const BlockHeader good = builder.header(0);
  EXPECT_TRUE(plausible_records_header(good));
  BlockHeader bad = good;
  bad.cpu = kMaxCpus;
  EXPECT_FALSE(plausible_records_header(bad));
  bad = good;
  bad.first_ns = 11;
  EXPECT_FALSE(plausible_records_header(bad));
  bad = good;
  bad.count = 0;
  EXPECT_FALSE(plausible_records_header(bad));
  bad = good;
  bad.count = kMaxBlockRows + 1;
  EXPECT_FALSE(plausible_records_header(bad));
}

TEST(BlockBuilder, EveryStatusHasItsWords) {
  for (int status = 0; status <= static_cast<int>(RecordStatus::TooLarge); ++status)
    EXPECT_NE(describe(static_cast<RecordStatus>(status)), std::string("unknown fault")) << status;
}

}  // namespace
}  // namespace uproar
