#include "recording/sinks/block_sink.h"

#include <gtest/gtest.h>

#include <vector>

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

// Keeps what it is given, packed.
class KeepingSink : public BlockSink {
 public:
  KeepingSink() : BlockSink(1) {}
  Result<void> start() override { return {}; }
  Result<void> put(BlockHeader header, std::span<const uint8_t> stored) override {
    if (failure_) return *failure_;
    headers.push_back(header);
    payloads.emplace_back(stored.begin(), stored.end());
    return {};
  }
  Result<void> end(const EndSummary&) override { return {}; }
  const std::optional<Error>& failure() const override { return failure_; }
  uint64_t bytes() const override { return 0; }

  void fail() { failure_ = Error{"no room", {}, {}, 0}; }
  std::vector<BlockHeader> headers;
  std::vector<Bytes> payloads;

 private:
  std::optional<Error> failure_;
};

BlockHeader records_header() {
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Columns);
  header.cpu = 3;
  header.count = 7;
  header.first_ns = 10;
  header.last_ns = 20;
  return header;
}

TEST(BlockSink, AppendedBytesArriveAsABlockThatUnpacksToThem) {
  for (const Bytes& raw : {Bytes{}, Bytes{1, 2, 3}, Bytes(100'000, 5)}) {
    KeepingSink sink;
    ASSERT_TRUE(sink.append(records_header(), raw).ok());
    ASSERT_EQ(sink.headers.size(), 1u);
    const BlockHeader& header = sink.headers[0];
    EXPECT_EQ(header.stored_bytes, sink.payloads[0].size());
    EXPECT_EQ(header.raw_bytes, raw.size());
    EXPECT_EQ(header.payload_crc, checksum(sink.payloads[0]));
    Bytes back;
    ASSERT_EQ(BlockUnpacker().unpack(header, sink.payloads[0], back), BlockStatus::Ok);
    EXPECT_EQ(back, raw);
  }
}

TEST(BlockSink, WhatTheCallerKnowsStaysInTheHeader) {
  KeepingSink sink;
  ASSERT_TRUE(sink.append(records_header(), Bytes(1000, 1)).ok());
  EXPECT_EQ(sink.headers[0].type, static_cast<uint8_t>(BlockType::Columns));
  EXPECT_EQ(sink.headers[0].cpu, 3u);
  EXPECT_EQ(sink.headers[0].count, 7u);
  EXPECT_EQ(sink.headers[0].first_ns, 10u);
  EXPECT_EQ(sink.headers[0].last_ns, 20u);
}

TEST(BlockSink, LaterBlocksDoNotTouchEarlierOnes) {
  KeepingSink sink;
  ASSERT_TRUE(sink.append(records_header(), Bytes(1000, 1)).ok());
  const Bytes first = sink.payloads[0];
  ASSERT_TRUE(sink.append(records_header(), Bytes(1000, 2)).ok());
  EXPECT_EQ(sink.payloads[0], first);
  EXPECT_NE(sink.payloads[1], first);
}

TEST(BlockSink, AppendFailsWhereThereIsNoRoom) {
  KeepingSink sink;
  sink.fail();
  const auto appended = sink.append(records_header(), Bytes{1});
  ASSERT_FALSE(appended.ok());
  EXPECT_EQ(appended.error().message, "no room");
}

TEST(BlockSink, RecordsAreInTwoTypesOfBlocks) {
  for (const auto& [type, holds] : {std::pair(BlockType::Records, true), std::pair(BlockType::Columns, true),
                                    std::pair(BlockType::Session, false), std::pair(BlockType::Index, false),
                                    std::pair(BlockType::End, false)}) {
    BlockHeader header;
    header.type = static_cast<uint8_t>(type);
    EXPECT_EQ(holds_records(header), holds) << static_cast<int>(header.type);
  }
}

}  // namespace
}  // namespace uproar
