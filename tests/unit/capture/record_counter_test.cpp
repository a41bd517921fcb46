#include "capture/record_counter.h"

#include <gtest/gtest.h>

#include "support/collecting_sink.h"

namespace uproar {
namespace {

TEST(RecordCounter, CountsWhatItHandsOn) {
  test::CollectingSink sink;
  RecordCounter counter(sink);
  const uint8_t record[16] = {};
  EXPECT_TRUE(counter.add_record(0, 1, 2, record).ok());
  EXPECT_TRUE(counter.add_record(1, 2, 0, record).ok());
  EXPECT_TRUE(counter.add_record(1, 3, 2, record).ok());
  EXPECT_TRUE(counter.add_loss({LossInfo::Kind::Overrun, 0, 4, 7}).ok());
  EXPECT_TRUE(counter.add_loss({LossInfo::Kind::Dropped, 0, 5, 2}).ok());
  EXPECT_TRUE(counter.add_task({}).ok());
  EXPECT_EQ(counter.records(), 3u);
  EXPECT_EQ(counter.records_by_event(), (std::vector<uint64_t>{1, 0, 2}));
  EXPECT_EQ(counter.lost(), 9u);
  EXPECT_EQ(sink.records.size(), 3u);
  EXPECT_EQ(sink.losses.size(), 2u);
  EXPECT_EQ(sink.tasks.size(), 1u);
}

TEST(RecordCounter, ErrorsAreThoseOfTheSink) {
  test::CollectingSink sink;
  sink.full = true;
  RecordCounter counter(sink);
  const uint8_t record[16] = {};
  EXPECT_EQ(counter.add_record(0, 1, 0, record).error().message, "the disk is full");
}

}  // namespace
}  // namespace uproar
