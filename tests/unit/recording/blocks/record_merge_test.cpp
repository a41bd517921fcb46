#include "recording/blocks/record_merge.h"

#include <gtest/gtest.h>

#include "recording/columns/column_encoder.h"
#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

// A file of nothing but blocks of records, and their places.
class Blocks {
 public:
  void add(uint32_t cpu, const std::vector<uint64_t>& times, uint32_t number = 0) {
    BlockBuilder builder;
    for (uint64_t time : times) builder.add(time, number, Bytes{static_cast<uint8_t>(marker_++)}, {});
    add(builder.header(cpu), payload_of(builder));
  }
  static Bytes payload_of(const BlockBuilder& builder) {
    ColumnEncoder encoder;
    for (int i = 0; i < 8; ++i) encoder.add_event({});
    ByteWriter out;
    encoder.encode(builder, out);
    return {out.view().begin(), out.view().end()};
  }
  void add(BlockHeader header, std::span<const uint8_t> raw) {
    header.sequence = static_cast<uint32_t>(places_.size());
    auto run = packer_.pack(header, raw);
    places_.push_back({file_.size(), header});
    file_.insert(file_.end(), run.begin(), run.end());
  }

  // "time/cpu/marker" of each record.
  std::string merged(std::vector<uint32_t> event_index = {0}, uint64_t max_open_bytes = kMaxOpenBytes) {
    source_ = memory_source(file_);
    blocks_ = std::make_unique<StoredBlocks>(*source_, places_, std::move(event_index), damage);
    merge_ = std::make_unique<RecordMerge>(*blocks_, max_open_bytes);
    return again();
  }
  std::string again() {
    std::string out;
    StoredRecord record;
    while (merge_->next(record)) {
      out += std::to_string(record.time_ns) + "/" + std::to_string(record.cpu) + "/" +
             std::to_string(record.bytes[0]) + " ";
    }
    return out;
  }
  RecordMerge& merge() { return *merge_; }
  StoredBlocks& blocks() { return *blocks_; }

  std::vector<Damage> damage;

 private:
  BlockPacker packer_{1};
  Bytes file_;
  std::vector<MappedBlock> places_;
  int marker_ = 0;
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<StoredBlocks> blocks_;
  std::unique_ptr<RecordMerge> merge_;
};

TEST(RecordMerge, CpusAreMergedByTime) {
  Blocks blocks;
  blocks.add(1, {10, 30});
  blocks.add(0, {20, 40});
  blocks.add(1, {35, 50});
  EXPECT_EQ(blocks.merged(), "10/1/0 20/0/2 30/1/1 35/1/4 40/0/3 50/1/5 ");
}

TEST(RecordMerge, EqualTimesGoByCpuThenByFileOrder) {
  Blocks blocks;
  blocks.add(2, {10, 10});
  blocks.add(1, {10});
  blocks.add(2, {10});
  blocks.add(1, {5, 10});
  EXPECT_EQ(blocks.merged(), "5/1/4 10/1/2 10/1/5 10/2/0 10/2/1 10/2/3 ");
}

TEST(RecordMerge, TimesThatFellWithinACpuComeBackInOrder) {
  Blocks blocks;
  blocks.add(0, {10, 40});
  blocks.add(0, {20, 50});
  blocks.add(0, {30, 35});
  EXPECT_EQ(blocks.merged(), "10/0/0 20/0/2 30/0/4 35/0/5 40/0/1 50/0/3 ");
}

TEST(RecordMerge, NoBlocksGiveNoRecords) {
  Blocks blocks;
  EXPECT_EQ(blocks.merged(), "");
  EXPECT_EQ(blocks.blocks().totals().records, 0u);
}

TEST(RecordMerge, RewindGivesTheSameAgainAndReportsDamageOnce) {
  Blocks blocks;
  blocks.add(0, {10, 20, 30});
  blocks.add(1, {15}, 7);
  BlockBuilder lying;
  lying.add(12, 0, Bytes{1}, {});
  BlockHeader header = lying.header(2);
  header.last_ns = 99;
  blocks.add(header, Blocks::payload_of(lying));
  std::string first = blocks.merged();
  EXPECT_EQ(first, "10/0/0 20/0/1 30/0/2 ");
  EXPECT_EQ(blocks.damage.size(), 2u);
  blocks.merge().rewind();
  StoredRecord record;
  ASSERT_TRUE(blocks.merge().next(record));
  blocks.merge().rewind();
  EXPECT_EQ(blocks.again(), first);
  EXPECT_EQ(blocks.damage.size(), 2u);
}

TEST(RecordMerge, RecordsOfUnknownEventsAreCountedAndPassedOver) {
  Blocks blocks;
  blocks.add(0, {10, 20}, 5);
  blocks.add(0, {30}, 1);
  EXPECT_EQ(blocks.merged({StoredBlocks::kNoEvent, 0}), "30/0/2 ");
  ASSERT_EQ(blocks.damage.size(), 1u);
  EXPECT_EQ(blocks.damage[0].reason, "2 records of an event whose definition is missing (number 5)");
  EXPECT_EQ(blocks.damage[0].bytes, 2u);
}

TEST(RecordMerge, UnreadableBlockLeavesTheTotals) {
  Blocks blocks;
  blocks.add(0, {10, 20});
  BlockBuilder lying;
  lying.add(12, 0, Bytes{1}, {});
  BlockHeader header = lying.header(2);
  header.count = 2;
  blocks.add(header, Blocks::payload_of(lying));
  blocks.merged();
  auto totals = blocks.blocks().totals();
  EXPECT_EQ(totals.records, 2u);
  EXPECT_EQ(totals.last_ns, 20u);
  EXPECT_EQ(totals.cpus, std::vector<uint32_t>{0});
}

TEST(RecordMerge, OverlappingBlocksDoNotTakeAllMemory) {
  Blocks blocks;
  for (uint32_t cpu = 0; cpu < 10; ++cpu) blocks.add(cpu, {5, 1000});
  EXPECT_EQ(blocks.merged({0}, 1), "5/0/0 1000/0/1 ");
  ASSERT_EQ(blocks.damage.size(), 9u);
  EXPECT_EQ(blocks.damage[0].reason, "too many blocks overlap in time");
}

}  // namespace
}  // namespace uproar
