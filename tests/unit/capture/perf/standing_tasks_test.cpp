#include "capture/perf/standing_tasks.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "support/collecting_sink.h"

namespace uproar {
namespace {

TEST(StandingTasks, ThisProcessAloneWithItsCode) {
  TaskChoice choice{.everybody = false, .threads = {::getpid()}};
  const std::vector<TaskName> there = standing_tasks(choice);
  ASSERT_FALSE(there.empty());
  EXPECT_TRUE(
      std::all_of(there.begin(), there.end(), [](const TaskName& task) { return task.pid == ::getpid(); }));
  test::CollectingSink sink;
  TaskRecorder recorder(sink);
  ASSERT_TRUE(tell_standing_tasks(there, true, recorder).ok());
  EXPECT_EQ(sink.tasks.size(), there.size());
  EXPECT_TRUE(std::any_of(sink.maps.begin(), sink.maps.end(),
                          [](const MapInfo& map) { return map.path.ends_with("unit_capture"); }));
}

TEST(StandingTasks, Everybody) {
  EXPECT_GE(standing_tasks(TaskChoice{}).size(),
            standing_tasks({.everybody = false, .threads = {::getpid()}}).size());
}

}  // namespace
}  // namespace uproar
