#include "capture/bpf/bpf_account.h"

#include <gtest/gtest.h>

#include "support/collecting_sink.h"

namespace uproar {
namespace {

// Two definitions of one event, and one of another; two CPUs.
class BpfAccountTest : public ::testing::Test {
 protected:
  uproar_counters& of(size_t code, size_t cpu) { return counters_[code * 2 + cpu]; }

  uproar_counters counters_[6] = {};
  BpfAccount account_{counters_, {0, 0, 1}, 2};
  test::CollectingSink sink_;
};

TEST_F(BpfAccountTest, TellsEachLossOnceWithItsCpuTimeAndEvent) {
  of(2, 1).no_room = 3;
  of(2, 1).no_slot = 2;
  of(2, 1).last_lost = 77;
  ASSERT_TRUE(account_.tell_losses(sink_).ok());
  ASSERT_TRUE(account_.tell_losses(sink_).ok());
  ASSERT_EQ(sink_.losses.size(), 1U);
  EXPECT_EQ(sink_.losses[0].kind, LossInfo::Kind::Dropped);
  EXPECT_EQ(sink_.losses[0].count, 5U);
  EXPECT_EQ(sink_.losses[0].cpu, 1U);
  EXPECT_EQ(sink_.losses[0].time_ns, 77U);
  EXPECT_EQ(sink_.losses[0].event, 1U);
  of(2, 1).no_room = 4;
  ASSERT_TRUE(account_.tell_losses(sink_).ok());
  ASSERT_EQ(sink_.losses.size(), 2U);
  EXPECT_EQ(sink_.losses[1].count, 1U);
}

TEST_F(BpfAccountTest, HitsAreRecordedFilteredOrLost) {
  of(0, 0) = {.hits = 10, .filtered = 4};
  of(1, 1) = {.hits = 5, .no_room = 2};
  of(2, 0) = {.hits = 3};
  ASSERT_TRUE(account_.tell_losses(sink_).ok());
  const uint64_t recorded[] = {6, 3, 2};
  const auto totals = account_.totals(recorded);
  ASSERT_EQ(totals.size(), 2U);
  EXPECT_EQ(totals[0].hits, 11U);
  EXPECT_EQ(totals[0].lost, 2U);
  EXPECT_EQ(totals[0].recorded, 9U);
  EXPECT_EQ(totals[0].missing(), 0U);
  EXPECT_EQ(totals[1].missing(), 1U);
}

TEST_F(BpfAccountTest, AnErrorOfTheSinkIsPassedOn) {
  of(0, 0).no_room = 1;
  sink_.full = true;
  EXPECT_FALSE(account_.tell_losses(sink_).ok());
}

}  // namespace
}  // namespace uproar
