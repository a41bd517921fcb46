#include "kernel/proc/pid_namespace.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "support/fake_folder.h"

namespace uproar {
namespace {

// A task's files in a made-up /proc.
void put_task(const FakeFolder& proc, const std::string& folder, const std::string& pids,
              const std::string& namespace_file) {
  proc.put(folder + "/status", "Name:\tx\nNSpid:" + pids + "\nVmPeak:\t1 kB\n");
  proc.put(folder + "/stat", "7 (a (b) c) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 1 2\n");
  proc.make(folder + "/ns");
  ASSERT_EQ(
      ::link((proc.root() + "/" + namespace_file).c_str(), (proc.root() + "/" + folder + "/ns/pid").c_str()),
      0);
}

TEST(PidNamespace, ReadsTheNumbersOfATask) {
  EXPECT_EQ(namespace_pids("Name:\tx\nNSpid:\t20410\t17\t1\nVmPeak:\t0 kB\n"),
            (std::vector<pid_t>{20410, 17, 1}));
  EXPECT_EQ(namespace_pids("NSpid:\t5"), std::vector<pid_t>{5});
  EXPECT_TRUE(namespace_pids("Name:\tNSpid:\t5\n").empty());
  EXPECT_TRUE(namespace_pids("").empty());
}

TEST(PidNamespace, KnowsTheFirstOneByItsInode) {
  EXPECT_TRUE(is_initial_pid_namespace(4026531836));
  EXPECT_FALSE(is_initial_pid_namespace(4026532177));
  EXPECT_TRUE(is_initial_pid_namespace(0));  // nothing to translate by
  EXPECT_GT(own_pid_namespace(), 0u);
  EXPECT_EQ(pid_namespace_of("/nowhere"), 0u);
}

TEST(PidNamespace, OwnTaskIsFoundByItsNumber) {
  ASSERT_TRUE(proc_shows_own_namespace());
  EXPECT_EQ(task_folder(::getpid()), "/proc/" + std::to_string(::getpid()));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(task_folder(child));
}

// The /proc of the namespace around: this process has another number there, and others of its namespace are
// found by the last of theirs.
TEST(PidNamespace, TaskIsFoundInTheProcOfAnotherNamespace) {
  FakeFolder proc;
  proc.put("inner", "");
  proc.put("outer", "");
  put_task(proc, "300", "\t300\t1", "inner");
  put_task(proc, "300/task/300", "\t300\t1", "inner");
  put_task(proc, "301", "\t301\t17", "inner");
  put_task(proc, "301/task/301", "\t301\t17", "inner");
  put_task(proc, "301/task/302", "\t302\t18", "inner");
  put_task(proc, "17", "\t17", "outer");
  put_task(proc, "17/task/17", "\t17", "outer");
  ASSERT_EQ(::symlink("300", (proc.root() + "/self").c_str()), 0);
  EXPECT_FALSE(proc_shows_own_namespace(proc.root()));
  EXPECT_EQ(task_folder(17, proc.root()), proc.root() + "/301/task/301");
  EXPECT_EQ(task_folder(18, proc.root()), proc.root() + "/301/task/302");
  EXPECT_FALSE(task_folder(301, proc.root()));
}

TEST(PidNamespace, ProcessesAreSeenAsTheyMarkThemselves) {
  FakeFolder proc;
  proc.put("inner", "");
  put_task(proc, "300", "\t300", "inner");
  put_task(proc, "301", "\t301\t17", "inner");
  proc.put("302/stat", "302 (gone) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 1 2\n");
  ASSERT_EQ(::symlink("300", (proc.root() + "/self").c_str()), 0);
  const auto seen = visible_processes(proc.root());
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].own_number, 17);
  EXPECT_EQ(seen[0].start_time, 4711u);
  EXPECT_EQ(seen[0].pid_namespace, pid_namespace_of(proc.root() + "/301"));
}

TEST(PidNamespace, StateOfAProcess) {
  const auto self = process_state("/proc/self");
  ASSERT_TRUE(self);
  EXPECT_FALSE(self->is_dead());
  EXPECT_FALSE(process_state("/proc/0"));
}

}  // namespace
}  // namespace uproar
