#include "capture/hit_account.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

EventHits entry(uint64_t before, uint64_t after, uint64_t recorded) {
  return {false, true, before, after, recorded};
}
EventHits exit(uint64_t before, uint64_t after, uint64_t recorded) {
  return {true, true, before, after, recorded};
}

TEST(HitAccount, EveryHitRecordedLosesNothing) {
  HitAccount account = settle_hits({entry(10, 10, 10)}, 0, HitChoice::All);
  EXPECT_EQ(account.hits, 10u);
  EXPECT_EQ(account.vanished, 0u);
}

TEST(HitAccount, HitsWithoutRecordOrCounterHaveVanished) {
  HitAccount account = settle_hits({entry(10, 10, 5)}, 2, HitChoice::All);
  EXPECT_EQ(account.vanished, 3u);
  EXPECT_EQ(account.hits, 10u);
}

TEST(HitAccount, HitsWhileSwitchingOffAreNoLoss) {
  HitAccount account = settle_hits({entry(100, 140, 120)}, 0, HitChoice::All);
  EXPECT_EQ(account.vanished, 0u);
  EXPECT_EQ(account.hits, 120u);
}

TEST(HitAccount, CallsThatHaveNotReturnedAreNoLoss) {
  HitAccount account = settle_hits({exit(100, 100, 36)}, 0, HitChoice::All);
  EXPECT_EQ(account.vanished, 0u);
  EXPECT_EQ(account.calls_without_return, 64u);
  EXPECT_EQ(account.hits, 36u);
}

TEST(HitAccount, HitsOfOtherTasksCannotBeToldFromVanishedOnes) {
  HitAccount account = settle_hits({entry(23, 23, 21)}, 0, HitChoice::Tasks);
  EXPECT_EQ(account.vanished, 0u);
  EXPECT_EQ(account.unexplained, 2u);
  EXPECT_EQ(account.hits, 23u);
  EventHits short_records = entry(23, 23, 21);
  short_records.may_outgrow_the_ring = false;
  EXPECT_EQ(settle_hits({short_records}, 0, HitChoice::Tasks).unexplained, 0u);
}

// What is missing of events whose records always fit was of other tasks, whatever else is recorded.
TEST(HitAccount, OnlyLongRecordsMayHaveVanishedAmongHitsOfOtherTasks) {
  EventHits short_records = entry(1000, 1000, 10);
  short_records.may_outgrow_the_ring = false;
  EXPECT_EQ(settle_hits({short_records, entry(7, 7, 5)}, 0, HitChoice::Tasks).unexplained, 2u);
  EXPECT_EQ(settle_hits({short_records, entry(7, 7, 7)}, 0, HitChoice::Tasks).unexplained, 0u);
}

TEST(HitAccount, FiltersLeaveNothingToCompare) {
  HitAccount account = settle_hits({entry(23, 23, 1), exit(5, 5, 0)}, 0, HitChoice::Partial);
  EXPECT_EQ(account.vanished, 0u);
  EXPECT_EQ(account.unexplained, 0u);
  EXPECT_EQ(account.calls_without_return, 0u);
}

TEST(HitAccount, StringsMakeRecordsThatMayOutgrowTheRing) {
  EventSchema schema;
  schema.fields.push_back({"n", Field::Kind::Signed, 8, 0, 16});
  EXPECT_EQ(longest_record(schema), 24u);
  schema.fields.push_back({"s", Field::Kind::String, 4, 0, 24});
  EXPECT_GT(longest_record(schema), kLongestRingRecord);
  EXPECT_LT(longest_record(schema, 1), kLongestRingRecord);  // the name of a task
}

}  // namespace
}  // namespace uproar
