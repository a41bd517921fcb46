#include "capture/snapshot_trigger.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

EventInfo event_named(const std::string& group, const std::string& name) {
  EventInfo event;
  event.schema.group = group;
  event.schema.name = name;
  return event;
}

// Events a/x, a/y and b/x.
class SnapshotTriggerTest : public ::testing::Test {
 protected:
  Result<void> choose(const std::vector<std::string>& at) {
    plan_.at = at;
    return trigger_.choose({event_named("a", "x"), event_named("a", "y"), event_named("b", "x")});
  }
  uint64_t written_ = 0;
  SnapshotPlan plan_{{}, [this] { ++written_; }};
  SnapshotTrigger trigger_{plan_};
};

TEST_F(SnapshotTriggerTest, HitOfAChosenEventAsksForOne) {
  ASSERT_TRUE(choose({"a/y"}).ok());
  EXPECT_FALSE(trigger_.due(false, {5, 0, 5}, 1 * kSecond));
  EXPECT_TRUE(trigger_.due(false, {5, 1, 5}, 2 * kSecond));
  trigger_.write();
  EXPECT_EQ(written_, 1u);
}

TEST_F(SnapshotTriggerTest, NameWithoutAGroupMeansAllGroups) {
  ASSERT_TRUE(choose({"x"}).ok());
  EXPECT_FALSE(trigger_.due(false, {0, 9, 0}, kSecond));
  EXPECT_TRUE(trigger_.due(false, {0, 9, 1}, kSecond));
}

TEST_F(SnapshotTriggerTest, GroupMayStandBeforeAColon) {
  EXPECT_TRUE(choose({"b:x"}).ok());
}

TEST_F(SnapshotTriggerTest, CountsThatAreMissingAreNone) {
  ASSERT_TRUE(choose({"b/x"}).ok());
  EXPECT_FALSE(trigger_.due(false, {4}, kSecond));
}

TEST_F(SnapshotTriggerTest, HitsRightBehindASnapshotAskForNone) {
  ASSERT_TRUE(choose({"a/x"}).ok());
  ASSERT_TRUE(trigger_.due(false, {1}, 100 * kSecond));
  trigger_.write();
  EXPECT_FALSE(trigger_.due(false, {2}, 105 * kSecond));
  EXPECT_FALSE(trigger_.due(false, {2}, 111 * kSecond));  // it was hit then, not now
  EXPECT_TRUE(trigger_.due(false, {3}, 112 * kSecond));
}

TEST_F(SnapshotTriggerTest, WhoAsksGetsOneAtAnyTime) {
  ASSERT_TRUE(choose({}).ok());
  ASSERT_TRUE(trigger_.due(true, {}, 100 * kSecond));
  trigger_.write();
  EXPECT_TRUE(trigger_.due(true, {}, 101 * kSecond));
}

TEST_F(SnapshotTriggerTest, LastOneIsWrittenUnlessThereWasOneAndNothingWaits) {
  ASSERT_TRUE(choose({"a/x"}).ok());
  trigger_.write_last();
  EXPECT_EQ(written_, 1u);
  trigger_.write_last();
  EXPECT_EQ(written_, 1u);
  ASSERT_TRUE(trigger_.due(false, {1}, 100 * kSecond));
  trigger_.write_last();
  EXPECT_EQ(written_, 2u);
}

TEST_F(SnapshotTriggerTest, UnknownEventIsAnErrorThatNamesThoseThereAre) {
  auto refused = choose({"z"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render(refused.error()),
            "error: the recording has no event 'z' for --snapshot-at\n"
            "  help: its events are a/x, a/y, b/x\n");
}

}  // namespace
}  // namespace uproar
