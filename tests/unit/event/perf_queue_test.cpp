#include "event/perf_queue.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

struct Delivered {
  std::string text;
  PerfQueue queue{[this](uint64_t offset, std::span<const uint8_t> record) -> Result<void> {
    text += std::to_string(offset) + std::string(record.begin(), record.end()) + " ";
    return {};
  }};
  void add(uint64_t time, uint64_t offset, std::string_view record) {
    ASSERT_TRUE(
        queue.add(time, offset, {reinterpret_cast<const uint8_t*>(record.data()), record.size()}).ok());
  }
};

TEST(PerfQueue, RoundsAreSortedAndEqualTimesKeepTheirOrder) {
  Delivered to;
  to.add(30, 1, "c");
  to.add(10, 2, "a");
  to.add(30, 3, "d");
  ASSERT_TRUE(to.queue.finish_round().ok());
  EXPECT_EQ(to.text, "");  // the next round may still hold older ones
  to.add(20, 4, "b");
  to.add(40, 5, "e");
  ASSERT_TRUE(to.queue.finish_round().ok());
  EXPECT_EQ(to.text, "2a 4b 1c 3d ");
  to.add(35, 6, "x");
  ASSERT_TRUE(to.queue.finish_all().ok());
  EXPECT_EQ(to.text, "2a 4b 1c 3d 6x 5e ");
  EXPECT_FALSE(to.queue.overflowed());
}

TEST(PerfQueue, WithoutRoundsMemoryIsBounded) {
  uint64_t delivered = 0;
  PerfQueue queue(
      [&](uint64_t, std::span<const uint8_t>) -> Result<void> { return ++delivered, Result<void>(); });
  const std::vector<uint8_t> record(60'000);
  for (uint64_t i = 0; i < 3000; ++i) ASSERT_TRUE(queue.add(i, i, record).ok());
  EXPECT_GT(delivered, 1500u);
  EXPECT_TRUE(queue.overflowed());
  ASSERT_TRUE(queue.finish_all().ok());
  EXPECT_EQ(delivered, 3000u);
}

}  // namespace
}  // namespace uproar
