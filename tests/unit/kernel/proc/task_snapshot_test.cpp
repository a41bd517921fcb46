#include "kernel/proc/task_snapshot.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(TaskSnapshot, EveryThreadOfEveryProcessIsNamed) {
  FakeFolder proc;
  proc.put("12/task/12/comm", "main\n");
  proc.put("12/task/13/comm", "two words\n");
  proc.put("7/task/7/comm", "a\nb\n\n");
  proc.put("self/task/99/comm", "no\n");
  proc.put("uptime", "1 2\n");
  auto tasks = snapshot_tasks(proc.root());
  ASSERT_EQ(tasks.size(), 3u);
  EXPECT_EQ(tasks[0].tid, 12);
  EXPECT_EQ(tasks[0].comm, "main");
  EXPECT_EQ(tasks[1].tid, 13);
  EXPECT_EQ(tasks[1].pid, 12);
  EXPECT_EQ(tasks[1].comm, "two words");
  EXPECT_EQ(tasks[2].comm, "a\nb\n");
}

TEST(TaskSnapshot, ThreadThatEndedMeanwhileIsLeftOut) {
  FakeFolder proc;
  proc.make("12/task/12");
  proc.make("13");
  EXPECT_TRUE(snapshot_tasks(proc.root()).empty());
}

TEST(TaskSnapshot, ThreadsOfOneProcess) {
  FakeFolder proc;
  proc.make("12/task/12");
  proc.make("12/task/13");
  proc.make("12/task/99999999999");
  EXPECT_EQ(threads_of(12, proc.root()), (std::vector<int32_t>{12, 13}));
  EXPECT_TRUE(threads_of(14, proc.root()).empty());
}

TEST(TaskSnapshot, ThisProcessIsInIt) {
  auto tasks = snapshot_tasks();
  EXPECT_TRUE(
      std::any_of(tasks.begin(), tasks.end(), [](const TaskName& task) { return task.tid == ::getpid(); }));
}

TEST(TaskSnapshot, TaskOfAFolder) {
  const TaskName self = task_in("/proc/self");
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_EQ(self.tid, ::getpid());
  EXPECT_FALSE(self.comm.empty());
  EXPECT_EQ(task_in("/nowhere").tid, 0);
}

}  // namespace
}  // namespace uproar
