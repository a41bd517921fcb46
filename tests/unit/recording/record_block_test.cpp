#include "recording/record_block.h"

#include <gtest/gtest.h>

#include <vector>

namespace uproar::upr {
namespace {

using Bytes = std::vector<uint8_t>;

RecordStatus check(const BlockHeader& header, std::span<const uint8_t> raw) {
  return check_records(header, raw, [](const RecordView&) {});
}

BlockHeader header_of(uint32_t count, uint64_t first_ns, uint64_t last_ns) {
  BlockHeader header;
  header.count = count;
  header.first_ns = first_ns;
  header.last_ns = last_ns;
  return header;
}

TEST(RecordBlock, RecordsComeBack) {
  RecordBlockBuilder builder;
  Bytes large(kMaxRecordBytes, 7);
  builder.add(500, 0, Bytes{1, 2});
  builder.add(500, 65535, {});
  builder.add(~uint64_t{0}, 3, large);
  BlockHeader header = builder.header(9);
  EXPECT_EQ(header.cpu, 9u);
  EXPECT_EQ(header.count, 3u);
  EXPECT_EQ(header.first_ns, 500u);
  EXPECT_EQ(header.last_ns, ~uint64_t{0});
  std::vector<RecordView> views;
  ASSERT_EQ(check_records(header, builder.bytes(), [&](const RecordView& view) { views.push_back(view); }),
            RecordStatus::Ok);
  ASSERT_EQ(views.size(), 3u);
  EXPECT_EQ(views[1].number, 65535u);
  EXPECT_EQ(views[1].time_ns, 500u);
  EXPECT_EQ(views[2].time_ns, ~uint64_t{0});
  EXPECT_TRUE(std::equal(large.begin(), large.end(), views[2].bytes.begin(), views[2].bytes.end()));
}

TEST(RecordBlock, FallingTimeIsNotAccepted) {
  RecordBlockBuilder builder;
  EXPECT_TRUE(builder.accepts(0));
  builder.add(10, 0, {});
  EXPECT_TRUE(builder.accepts(10));
  EXPECT_FALSE(builder.accepts(9));
  builder.clear();
  EXPECT_TRUE(builder.accepts(9));
}

TEST(RecordBlock, RecordBeyondTheBlockIsReported) {
  EXPECT_EQ(check(header_of(1, 5, 5), Bytes{0, 0, 3, 'a', 'b'}), RecordStatus::CutRecord);
  EXPECT_EQ(check(header_of(1, 5, 5), Bytes{0, 0}), RecordStatus::CutRecord);
}

TEST(RecordBlock, OverlongVarintIsReported) {
  Bytes raw(11, 0x80);
  raw.insert(raw.end(), {0, 0});
  EXPECT_EQ(check(header_of(1, 5, 5), raw), RecordStatus::CutRecord);
}

TEST(RecordBlock, HugeLengthIsReported) {
  EXPECT_EQ(check(header_of(1, 5, 5), Bytes{0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}),
            RecordStatus::TooLong);
}

TEST(RecordBlock, HugeEventNumberIsReported) {
  EXPECT_EQ(check(header_of(1, 5, 5), Bytes{0, 0x80, 0x80, 4, 0}), RecordStatus::BadEventNumber);
}

TEST(RecordBlock, TimeBeyond64BitsIsReported) {
  EXPECT_EQ(check(header_of(2, ~uint64_t{0}, ~uint64_t{0}), Bytes{0, 0, 0, 1, 0, 0}), RecordStatus::BadTime);
}

TEST(RecordBlock, LastTimeThatIsNotTheHeadersIsReported) {
  EXPECT_EQ(check(header_of(1, 5, 6), Bytes{0, 0, 0}), RecordStatus::BadTime);
}

TEST(RecordBlock, HugeCountIsReported) {
  EXPECT_EQ(check(header_of(~uint32_t{0}, 5, 5), Bytes{0, 0, 0}), RecordStatus::CutRecord);
  BlockHeader header = header_of(~uint32_t{0}, 5, 5);
  header.cpu = 0;
  header.raw_bytes = 3;
  EXPECT_FALSE(plausible_records_header(header));
  header.count = 1;
  EXPECT_TRUE(plausible_records_header(header));
}

TEST(RecordBlock, BytesBehindTheLastRecordAreReported) {
  EXPECT_EQ(check(header_of(1, 5, 5), Bytes{0, 0, 0, 0}), RecordStatus::BadCount);
}

TEST(RecordBlock, HeaderWithFallingTimesOrImpossibleCpuIsImplausible) {
  BlockHeader header = header_of(1, 6, 5);
  header.cpu = 0;
  header.raw_bytes = 100;
  EXPECT_FALSE(plausible_records_header(header));
  header.last_ns = 6;
  EXPECT_TRUE(plausible_records_header(header));
  header.cpu = kNoCpu;
  EXPECT_FALSE(plausible_records_header(header));
}

}  // namespace
}  // namespace uproar::upr
