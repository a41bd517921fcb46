#include "event/ring_page_writer.h"

#include <gtest/gtest.h>

#include "event/ring_page.h"

namespace uproar {
namespace {

struct Read {
  std::vector<uint64_t> times;
  std::vector<std::vector<uint8_t>> records;
  bool lost = false;
  uint64_t lost_count = 0;
  DecodeStatus status = DecodeStatus::Ok;
};

Read read(std::span<const uint8_t> bytes) {
  RingPage page(bytes);
  Read out;
  RingPage::Record record;
  while (page.next(record)) {
    out.times.push_back(record.time_ns);
    out.records.emplace_back(record.bytes.begin(), record.bytes.end());
  }
  out.lost = page.lost_before();
  out.lost_count = page.lost_count();
  out.status = page.status();
  return out;
}

TEST(RingPageWriter, RecordsOfAllLengthsComeBack) {
  RingPageWriter page(4096);
  std::vector<std::vector<uint8_t>> records;
  std::vector<uint64_t> times;
  for (const size_t size : {8, 12, 110, 112, 113, 116, 1000}) {
    std::vector<uint8_t> record(size, static_cast<uint8_t>(size));
    times.push_back(5'000 + size);
    ASSERT_TRUE(page.add(times.back(), record));
    record.resize((size + 3) / 4 * 4);
    records.push_back(record);
  }
  const Read got = read(page.take());
  EXPECT_EQ(got.status, DecodeStatus::Ok);
  EXPECT_EQ(got.times, times);
  EXPECT_EQ(got.records, records);
  EXPECT_FALSE(got.lost);
  EXPECT_TRUE(page.empty());
}

TEST(RingPageWriter, GapsOfAnyLengthAreKept) {
  RingPageWriter page(4096);
  const std::vector<uint64_t> times = {
      7, 7, 7 + (1 << 27) - 1, 7 + (1 << 28), uint64_t{1} << 40, uint64_t{1} << 58};
  const std::vector<uint8_t> record(8);
  for (const uint64_t time : times) ASSERT_TRUE(page.add(time, record));
  EXPECT_FALSE(page.add(5, record));                  // back in time
  EXPECT_FALSE(page.add(uint64_t{1} << 62, record));  // further than a page can tell
  EXPECT_EQ(read(page.take()).times, times);
  EXPECT_TRUE(page.add(5, record));
}

TEST(RingPageWriter, LossesStandBeforeThePage) {
  RingPageWriter page(256);
  const std::vector<uint8_t> record(8);
  page.mark_lost(3);
  page.mark_lost(4);
  int count = 0;
  while (page.add(1, record)) ++count;
  const Read got = read(page.take());
  EXPECT_TRUE(got.lost);
  EXPECT_EQ(got.lost_count, 7u);
  EXPECT_EQ(got.records.size(), static_cast<size_t>(count));
  page.mark_lost(0);
  ASSERT_TRUE(page.add(1, record));
  const Read unknown = read(page.take());
  EXPECT_TRUE(unknown.lost);
  EXPECT_EQ(unknown.lost_count, 0u);
  ASSERT_TRUE(page.add(1, record));
  EXPECT_FALSE(read(page.take()).lost);
}

TEST(RingPageWriter, EmptyPageTakesTheLongestRecord) {
  const size_t longest = RingPageWriter::longest_record(4096);
  EXPECT_GE(longest, 4048u);
  RingPageWriter page(4096);
  page.mark_lost(1);
  EXPECT_TRUE(page.add(uint64_t{1} << 60, std::vector<uint8_t>(longest)));
  EXPECT_FALSE(page.add(uint64_t{1} << 60, std::vector<uint8_t>(8)));
  EXPECT_EQ(read(page.take()).records.size(), 1u);
}

}  // namespace
}  // namespace uproar
