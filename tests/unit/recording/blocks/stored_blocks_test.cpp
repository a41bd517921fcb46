#include "recording/blocks/stored_blocks.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "recording/columns/column_encoder.h"

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

// Blocks of a record for each time, whose events are 0, 1, 0, 1 …
class StoredBlocksTest : public testing::Test {
 protected:
  void add(uint32_t cpu, const std::vector<uint64_t>& times) {
    BlockBuilder builder;
    uint32_t number = 0;
    for (uint64_t time : times) builder.add(time, number++ % 2, Bytes(16, 1), {});
    ColumnEncoder encoder;
    for (int i = 0; i < 2; ++i) encoder.add_event({});
    ByteWriter out;
    encoder.encode(builder, out);
    BlockHeader header = builder.header(cpu);
    header.sequence = static_cast<uint32_t>(places_.size());
    const auto run = packer_.pack(header, out.view());
    places_.push_back({file_.size(), header});
    file_.insert(file_.end(), run.begin(), run.end());
  }
  StoredBlocks& open(std::vector<uint32_t> event_index = {5, 6}) {
    source_ = memory_source(file_);
    blocks_ = std::make_unique<StoredBlocks>(*source_, places_, std::move(event_index), damage_);
    return *blocks_;
  }
  // Sequence numbers of those that are wanted.
  static std::string wanted(const StoredBlocks& blocks) {
    std::string out;
    for (size_t i = 0; i < blocks.size(); ++i)
      if (blocks.wanted(i)) out += std::to_string(blocks.header(i).sequence) + " ";
    return out;
  }

  BlockPacker packer_{1};
  Bytes file_;
  std::vector<MappedBlock> places_;
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<StoredBlocks> blocks_;
  std::vector<Damage> damage_;
};

TEST_F(StoredBlocksTest, StandByTimeThenCpu) {
  add(1, {20, 30});
  add(0, {20});
  add(0, {10});
  EXPECT_EQ(wanted(open()), "2 1 0 ");
  EXPECT_EQ(blocks_->index_of(1), 6u);
  EXPECT_EQ(blocks_->index_of(2), StoredBlocks::kNoEvent);
}

TEST_F(StoredBlocksTest, ChoicesLeaveBlocksOut) {
  add(0, {10, 20});
  add(1, {15, 40});
  add(0, {50, 60});
  StoredBlocks& blocks = open();
  blocks.choose_times({{30, 45}, {60, 70}});
  EXPECT_EQ(wanted(blocks), "1 2 ");
  EXPECT_FALSE(blocks.wanted_whole(1));
  EXPECT_TRUE(blocks.wanted(uint64_t{40}, uint64_t{40}));
  EXPECT_FALSE(blocks.wanted(uint64_t{46}, uint64_t{59}));
  blocks.choose_times({});
  EXPECT_TRUE(blocks.wanted_whole(1));
  blocks.choose_from(2);
  EXPECT_EQ(wanted(blocks), "2 ");
  blocks.choose_from(0);
  blocks.choose_after({20});
  EXPECT_EQ(wanted(blocks), "1 2 ") << "of CPU 0 what ends after 20, of others all";
}

TEST_F(StoredBlocksTest, LoadByColumnsOrByRows) {
  add(0, {10, 20});
  StoredBlocks& blocks = open();
  StoredBlocks::Scratch scratch(blocks);
  LoadedBlock loaded;
  ASSERT_TRUE(blocks.load(0, scratch, loaded).usable);
  EXPECT_TRUE(loaded.by_columns);
  EXPECT_EQ(loaded.size(), 2u);
  EXPECT_EQ(loaded.time(1), 20u);
  loaded.make_rows();
  EXPECT_FALSE(loaded.by_columns);
  EXPECT_EQ(loaded.time(1), 20u);
  EXPECT_EQ(loaded.rows.number(1), 1u);
}

TEST_F(StoredBlocksTest, RowsOfUnknownEventsAreCountedAndMakeNoColumns) {
  add(0, {10, 20, 30});
  StoredBlocks& blocks = open({5});
  StoredBlocks::Scratch scratch(blocks);
  LoadedBlock loaded;
  const StoredBlocks::Outcome outcome = blocks.load(0, scratch, loaded);
  ASSERT_TRUE(outcome.usable);
  EXPECT_FALSE(loaded.by_columns);
  EXPECT_EQ(outcome.unknown, 1u);
  EXPECT_EQ(outcome.unknown_number, 1u);
  blocks.note(0, outcome);
  blocks.note(0, outcome);
  EXPECT_EQ(damage_.size(), 1u) << "once for each block";
}

TEST_F(StoredBlocksTest, UnreadableBlocksLeaveTheTotals) {
  add(0, {10, 20});
  add(2, {15, 40});
  file_.back() ^= 1;
  StoredBlocks& blocks = open();
  EXPECT_EQ(blocks.totals().records, 4u);
  EXPECT_EQ(blocks.totals().last_ns, 40u);
  EXPECT_EQ(blocks.totals().cpus, (std::vector<uint32_t>{0, 2}));
  StoredBlocks::Scratch scratch(blocks);
  RowBlock rows;
  const StoredBlocks::Outcome outcome = blocks.load(1, scratch, rows);
  EXPECT_FALSE(outcome.usable);
  blocks.note(1, outcome);
  EXPECT_EQ(blocks.totals().records, 2u);
  EXPECT_EQ(blocks.totals().cpus, (std::vector<uint32_t>{0}));
  EXPECT_EQ(wanted(blocks), "0 ");
  EXPECT_FALSE(blocks.admit(0, 100, 50, 120)) << "more than may be open at once";
  EXPECT_NE(damage_.back().reason.find("too many blocks overlap"), std::string::npos)
      << damage_.back().reason;
  EXPECT_EQ(wanted(blocks), "");
}

}  // namespace
}  // namespace uproar
