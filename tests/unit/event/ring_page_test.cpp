#include "event/ring_page.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/byte_writer.h"

namespace uproar {
namespace {

constexpr uint32_t kMissedEvents = uint32_t{1} << 31;
constexpr uint32_t kMissedStored = uint32_t{1} << 30;

// Builds a sub-buffer event by event; the commit word is set at the end.
class PageBuilder {
 public:
  explicit PageBuilder(uint64_t time = 1000) : time_(time) {}

  PageBuilder& word(uint32_t value) {
    data_.u32(value);
    return *this;
  }
  PageBuilder& header(uint32_t type, uint32_t delta) { return word(type | delta << 5); }
  PageBuilder& payload(size_t bytes, uint8_t fill = 0xab) {
    for (size_t i = 0; i < bytes; ++i) data_.u8(fill);
    return *this;
  }
  PageBuilder& event(uint32_t delta, uint8_t fill = 0xab) { return header(2, delta).payload(8, fill); }

  std::vector<uint8_t> bytes(uint64_t flags = 0, size_t padding = 64, std::optional<uint64_t> lost = {},
                             size_t long_size = 8) const {
    return with_commit(flags | data_.size(), padding, lost, long_size);
  }
  std::vector<uint8_t> with_commit(uint64_t commit, size_t padding, std::optional<uint64_t> lost = {},
                                   size_t long_size = 8) const {
    ByteWriter page;
    page.u64(time_);
    long_size == 8 ? page.u64(commit) : page.u32(static_cast<uint32_t>(commit));
    page.bytes(data_.view());
    if (lost) long_size == 8 ? page.u64(*lost) : page.u32(static_cast<uint32_t>(*lost));
    for (size_t i = 0; i < padding; ++i) page.u8(0);
    return {page.view().begin(), page.view().end()};
  }

 private:
  uint64_t time_;
  ByteWriter data_;
};

struct Walk {
  std::vector<uint64_t> times;
  std::vector<uint32_t> positions;
  std::vector<size_t> sizes;
  DecodeStatus status = DecodeStatus::Ok;
};

Walk walk(const std::vector<uint8_t>& bytes, RingLayout layout = {}) {
  RingPage page(bytes, layout);
  Walk out;
  RingPage::Record record;
  while (page.next(record)) {
    out.times.push_back(record.time_ns);
    out.positions.push_back(record.position);
    out.sizes.push_back(record.bytes.size());
  }
  EXPECT_FALSE(page.next(record));
  out.status = page.status();
  return out;
}

TEST(RingPage, EventsAddTheirDeltaToThePagesTime) {
  const Walk got = walk(PageBuilder(1000).event(5).event(0).event(7).bytes());
  EXPECT_EQ(got.status, DecodeStatus::Ok);
  EXPECT_EQ(got.times, (std::vector<uint64_t>{1005, 1005, 1012}));
  EXPECT_EQ(got.positions, (std::vector<uint32_t>{0, 12, 24}));
  EXPECT_EQ(got.sizes, (std::vector<size_t>{8, 8, 8}));
}

TEST(RingPage, TypeLengths1To28AreWordsOfPayload) {
  for (uint32_t type = 1; type <= 28; ++type) {
    const Walk got = walk(PageBuilder().header(type, 1).payload(size_t{type} * 4).event(1).bytes());
    ASSERT_EQ(got.sizes, (std::vector<size_t>{type * 4, 8}));
  }
}

TEST(RingPage, LongEventHasItsLengthInTheNextWord) {
  const Walk got = walk(PageBuilder().header(0, 3).word(4 + 200).payload(200).event(1).bytes());
  EXPECT_EQ(got.status, DecodeStatus::Ok);
  EXPECT_EQ(got.sizes, (std::vector<size_t>{200, 8}));
  EXPECT_EQ(got.positions, (std::vector<uint32_t>{0, 208}));
  EXPECT_EQ(got.times, (std::vector<uint64_t>{1003, 1004}));
}

TEST(RingPage, TimeExtendAddsBitsFrom27Up) {
  const Walk got = walk(PageBuilder(1000).header(30, 9).word(3).event(1).bytes());
  EXPECT_EQ(got.times, (std::vector<uint64_t>{1000 + 9 + (uint64_t{3} << 27) + 1}));
  EXPECT_EQ(got.positions, (std::vector<uint32_t>{8}));
}

TEST(RingPage, TimeStampReplacesTheTime) {
  const Walk got = walk(PageBuilder(1000).event(1).header(31, 9).word(3).event(2).bytes());
  EXPECT_EQ(got.times, (std::vector<uint64_t>{1001, 9 + (uint64_t{3} << 27) + 2}));
}

TEST(RingPage, TimeStampTakesItsTopBitsFromTheTimeBefore) {
  const uint64_t base = (uint64_t{5} << 59) + 100;
  const Walk got = walk(PageBuilder(base).header(31, 200).word(0).event(0).bytes());
  EXPECT_EQ(got.times, (std::vector<uint64_t>{(uint64_t{5} << 59) + 200}));
}

TEST(RingPage, TimeStampThatWrappedCarriesIntoTheTopBits) {
  const uint64_t base = (uint64_t{5} << 59) + 1000;
  const Walk got = walk(PageBuilder(base).header(31, 200).word(0).event(0).bytes());
  EXPECT_EQ(got.times, (std::vector<uint64_t>{(uint64_t{6} << 59) + 200}));
}

TEST(RingPage, PaddingWithoutDeltaEndsThePage) {
  const Walk got = walk(PageBuilder().event(1).header(29, 0).event(1).bytes());
  EXPECT_EQ(got.status, DecodeStatus::Ok);
  EXPECT_EQ(got.times.size(), 1U);
}

TEST(RingPage, DiscardedEventIsSkippedButItsTimeCounts) {
  const Walk got = walk(PageBuilder(1000).event(1).header(29, 10).word(12).payload(8).event(1).bytes());
  EXPECT_EQ(got.status, DecodeStatus::Ok);
  EXPECT_EQ(got.times, (std::vector<uint64_t>{1001, 1012}));
}

TEST(RingPage, PaddingToThePagesEndIsNoEvent) {
  const Walk got = walk(PageBuilder().event(1).header(29, 1).word(4 + 24).payload(24).bytes(0, 0));
  EXPECT_EQ(got.status, DecodeStatus::Ok);
  EXPECT_EQ(got.times.size(), 1U);
}

TEST(RingPage, OnlyTheLow30BitsOfTheCommitAreALength) {
  const auto bytes = PageBuilder().event(1).bytes(kMissedEvents | 0xffffffff00000000, 64);
  RingPage page(bytes);
  EXPECT_EQ(page.status(), DecodeStatus::Ok);
  EXPECT_EQ(page.data_size(), 12U);
  EXPECT_EQ(page.base_time(), 1000U);
  EXPECT_TRUE(page.lost_before());
  EXPECT_FALSE(page.lost_count_known());
}

TEST(RingPage, StoredLossFollowsTheData) {
  const auto bytes = PageBuilder().event(1).bytes(kMissedEvents | kMissedStored, 64, 170);
  RingPage page(bytes);
  EXPECT_TRUE(page.lost_before());
  EXPECT_TRUE(page.lost_count_known());
  EXPECT_EQ(page.lost_count(), 170U);
}

TEST(RingPage, StoredLossWithoutRoomIsUnknown) {
  const auto bytes = PageBuilder().event(1).bytes(kMissedEvents | kMissedStored, 7);
  RingPage page(bytes);
  EXPECT_TRUE(page.lost_before());
  EXPECT_FALSE(page.lost_count_known());
  EXPECT_EQ(page.lost_count(), 0U);
}

TEST(RingPage, CommitOf32BitKernelsHas4Bytes) {
  const RingLayout layout{4};
  EXPECT_EQ(walk(PageBuilder().event(1).event(2).bytes(0, 64, {}, 4), layout).times,
            (std::vector<uint64_t>{1001, 1003}));
  const auto lost = PageBuilder().event(1).bytes(kMissedEvents | kMissedStored, 4, 9, 4);
  EXPECT_EQ(RingPage(lost, layout).lost_count(), 9U);
}

TEST(RingPage, EmptyPageHasNoEvents) {
  const Walk got = walk(PageBuilder().bytes());
  EXPECT_EQ(got.status, DecodeStatus::Ok);
  EXPECT_TRUE(got.times.empty());
}

TEST(RingPage, PageShorterThanItsHeaderIsReported) {
  const auto bytes = PageBuilder().bytes(0, 0);
  ASSERT_EQ(bytes.size(), 16U);
  for (size_t size = 0; size < 16; ++size) {
    EXPECT_EQ(walk({bytes.begin(), bytes.begin() + static_cast<long>(size)}).status,
              DecodeStatus::PageShorterThanHeader);
  }
}

TEST(RingPage, CommitBeyondTheEndIsReported) {
  const Walk got = walk(PageBuilder().event(1).with_commit(13, 0));
  EXPECT_EQ(got.status, DecodeStatus::PageCommitBeyondEnd);
  EXPECT_TRUE(got.times.empty());
}

TEST(RingPage, EventBeyondTheCommitIsReportedAfterTheGoodOnes) {
  EXPECT_EQ(walk(PageBuilder().event(1).header(3, 1).payload(8).bytes()).status,
            DecodeStatus::PageEventBeyondCommit);
  EXPECT_EQ(walk(PageBuilder().event(1).header(0, 1).word(16).payload(8).bytes()).status,
            DecodeStatus::PageEventBeyondCommit);
  EXPECT_EQ(walk(PageBuilder().event(1).header(29, 1).word(16).payload(8).bytes()).status,
            DecodeStatus::PageEventBeyondCommit);
  EXPECT_EQ(walk(PageBuilder().event(1).header(30, 1).bytes()).status, DecodeStatus::PageEventBeyondCommit);
  EXPECT_EQ(walk(PageBuilder().event(1).payload(3).bytes()).status, DecodeStatus::PageEventBeyondCommit);
  EXPECT_EQ(walk(PageBuilder().event(1).header(3, 1).payload(8).bytes()).times.size(), 1U);
}

TEST(RingPage, ImpossibleLengthIsReported) {
  for (const uint32_t length : {0U, 3U, 6U, 0xffffffffU, 0xfffffffdU}) {
    for (const uint32_t type : {0U, 29U}) {
      EXPECT_EQ(walk(PageBuilder().header(type, 1).word(length).payload(32).bytes()).status,
                DecodeStatus::PageEventLengthInvalid)
          << type << " " << length;
    }
  }
}

}  // namespace
}  // namespace uproar
