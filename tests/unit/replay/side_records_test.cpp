#include "replay/side_records.h"

#include <gtest/gtest.h>

#include "support/recordings.h"

namespace uproar {
namespace {

std::unique_ptr<RecordingReader> recording() {
  return test::open_bytes(test::write_recording([](RecordingWriter& writer) {
    for (const uint64_t time_ns : {20, 10}) {
      LossInfo loss;
      loss.time_ns = time_ns;
      loss.cpu = static_cast<uint32_t>(time_ns / 10);
      ASSERT_TRUE(writer.add_loss(loss).ok());
      MapInfo map;
      map.time_ns = time_ns;
      map.cpu = 1;
      ASSERT_TRUE(writer.add_map(map).ok());
      TaskInfo task;
      task.time_ns = time_ns == 10 ? 0 : time_ns;
      task.cpu = time_ns == 10 ? kUnknownCpu : 2;
      ASSERT_TRUE(writer.add_task(task).ok());
    }
    ASSERT_TRUE(writer.finish({}).ok());
  }));
}

std::string kinds(SideRecords& records, uint64_t until_ns = UINT64_MAX) {
  std::string text;
  while (const SideRecord* side = records.next(until_ns)) {
    text += side->task != nullptr ? 't' : side->map != nullptr ? 'm' : 'l';
    text += std::to_string(side->time_ns) + " ";
  }
  return text;
}

TEST(SideRecords, InOrderOfTimeAndKindEachOnce) {
  const auto reader = recording();
  SideRecords records(*reader, {.tasks = true, .maps = true, .losses = true}, nullptr);
  EXPECT_EQ(kinds(records, 9), "t0 ");
  EXPECT_EQ(kinds(records, 10), "m10 l10 ");
  EXPECT_FALSE(records.empty());
  EXPECT_EQ(kinds(records), "t20 m20 l20 ");
  EXPECT_TRUE(records.empty());
}

TEST(SideRecords, OnlyWhatIsAskedForAndCameLater) {
  const auto reader = recording();
  SideRecords none(*reader, {}, nullptr);
  EXPECT_TRUE(none.empty());
  SideRecords losses(*reader, {.losses = true}, nullptr);
  EXPECT_EQ(kinds(losses), "l10 l20 ");
  SideRecords later(*reader, {.tasks = true, .maps = true, .maps_before = 2, .after_ns = 20}, nullptr);
  EXPECT_EQ(kinds(later), "t0 t20 ");
}

TEST(SideRecords, OfTheChosenCpusAndWhatWasThereBeforeIsOfCpuZero) {
  const auto reader = recording();
  const Selection first = *Selection::make({.cpus = {0}}, {}, nullptr);
  SideRecords of_first(*reader, {.tasks = true, .maps = true, .losses = true}, &first);
  EXPECT_EQ(kinds(of_first), "t0 ");
  const Selection second = *Selection::make({.cpus = {2}}, {}, nullptr);
  SideRecords of_second(*reader, {.tasks = true, .maps = true, .losses = true}, &second);
  EXPECT_EQ(kinds(of_second), "t20 l20 ");
}

TEST(SideRecords, OfOneTimeTasksMapsLossesEachInTheOrderOfTheFile) {
  const auto reader = test::open_bytes(test::write_recording([](RecordingWriter& writer) {
    LossInfo loss;
    loss.time_ns = 10;
    ASSERT_TRUE(writer.add_loss(loss).ok());
    MapInfo map;
    map.path = "/bin/a";
    for (const uint64_t time : {20, 10}) {
      map.time_ns = time;
      ASSERT_TRUE(writer.add_map(map).ok());
    }
    TaskInfo task;
    for (const uint64_t time : {0, 10, 10}) {
      task.time_ns = time;
      ASSERT_TRUE(writer.add_task(task).ok());
    }
    ASSERT_TRUE(writer.finish({}).ok());
  }));
  SideRecords records(*reader, {.tasks = true, .maps = true, .losses = true}, nullptr);
  EXPECT_EQ(kinds(records, 0), "t0 ");
  EXPECT_EQ(kinds(records, 9), "");
  const SideRecord* side = records.next(19);
  ASSERT_NE(side, nullptr);
  EXPECT_EQ(side->task, &reader->task_events()[1]);
  side = records.next(19);
  ASSERT_NE(side, nullptr);
  EXPECT_EQ(side->task, &reader->task_events()[2]);
  EXPECT_EQ(kinds(records, 19), "m10 l10 ");
  EXPECT_EQ(kinds(records), "m20 ");
}

}  // namespace
}  // namespace uproar
