#include "replay/shown_events.h"

#include <gtest/gtest.h>

#include "support/sample_event.h"

namespace uproar {
namespace {

class Stage : public testing::Test {
 protected:
  Stage() {
    events_ = {test::event_info(
        "g", "e",
        {test::field("n", Field::Kind::Unsigned, 4), test::field("__sign_1", Field::Kind::Unsigned, 1)})};
    events_[0].schema.fields[0].offset = 16;
    events_[0].schema.fields[1].offset = 20;
    TaskInfo task;
    task.tid = 77;
    task.pid = 70;
    task.comm = "worker";
    tasks_.add(task);
    tasks_.seal();
  }
  static StoredRecord record(std::span<const uint8_t> bytes) {
    StoredRecord record;
    record.time_ns = 5;
    record.cpu = 2;
    record.bytes = bytes;
    return record;
  }
  std::vector<EventInfo> events_;
  TaskTable tasks_;
  uint8_t bytes_[24] = {0, 0, 0, 0, 77};
};

TEST_F(Stage, WhatIsShownHasNoHelpersAndLeadsToWhatWasRecorded) {
  const ShownEvents shown(events_);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].schema().fields.size(), 1u);
  EXPECT_EQ(&shown[0].recorded, &events_[0]);
  EXPECT_EQ(shown.selectable()[0].schema, &shown[0].schema());
  EXPECT_EQ(shown.selectable()[0].sites, &events_[0].sites);
}

TEST_F(Stage, EventsAreComplete) {
  const ShownEvents shown(events_);
  EventStage stage(shown, tasks_);
  const Selection all = *Selection::make({}, shown.selectable(), nullptr);
  Event event;
  ASSERT_EQ(stage.take(record(bytes_), all, event), EventStage::Outcome::Wanted);
  EXPECT_EQ(event.schema, &shown[0].schema());
  EXPECT_EQ(event.time_ns, 5u);
  EXPECT_EQ(event.cpu, 2u);
  EXPECT_EQ(event.comm, "worker");
  EXPECT_EQ(event.pid, 70);
}

TEST_F(Stage, UnwantedAndUndecodable) {
  const ShownEvents shown(events_);
  EventStage stage(shown, tasks_);
  Event event;
  const Selection other = *Selection::make({.pids = {71}}, shown.selectable(), nullptr);
  EXPECT_EQ(stage.take(record(bytes_), other, event), EventStage::Outcome::Unwanted);
  const Selection cpu = *Selection::make({.cpus = {1}}, shown.selectable(), nullptr);
  EXPECT_EQ(stage.take(record({}), cpu, event), EventStage::Outcome::Unwanted);
  const Selection all = *Selection::make({}, shown.selectable(), nullptr);
  EXPECT_EQ(stage.take(record({bytes_, 10}), all, event), EventStage::Outcome::Undecodable);
}

}  // namespace
}  // namespace uproar
