#include "kernel/tracefs/instance.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "support/fake_folder.h"

namespace uproar {
namespace {

// An instance in a folder of plain files: what is written can be read back.
class InstanceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fake_.make("instances");
    Result<Instance> made = Instance::create(Tracefs(fake_.root()), "uproar-1");
    ASSERT_TRUE(made.ok());
    instance_.emplace(std::move(*made));
    for (const char* file : {"trace_clock", "buffer_size_kb", "tracing_on", "options/event-fork",
                             "set_event_pid", "events/enable", "events/g/e/enable", "events/g/e/filter"}) {
      put(file, "");
    }
  }
  void put(const std::string& file, const std::string& text) {
    fake_.put("instances/uproar-1/" + file, text);
  }
  std::string get(const std::string& file) { return fake_.get("instances/uproar-1/" + file); }

  FakeFolder fake_;
  std::optional<Instance> instance_;
};

TEST_F(InstanceTest, SettingsAreWrittenToItsOwnFiles) {
  EXPECT_TRUE(instance_->set_clock("mono").ok());
  EXPECT_TRUE(instance_->set_buffer_size_kb(4096).ok());
  EXPECT_TRUE(instance_->set_tracing(true).ok());
  EXPECT_TRUE(instance_->enable("g", "e").ok());
  EXPECT_TRUE(instance_->set_filter("g", "e", "fd == 3").ok());
  EXPECT_EQ(get("trace_clock"), "mono");
  EXPECT_EQ(get("buffer_size_kb"), "4096");
  EXPECT_EQ(get("tracing_on"), "1");
  EXPECT_EQ(get("events/g/e/enable"), "1");
  EXPECT_EQ(get("events/g/e/filter"), "fd == 3");
  EXPECT_TRUE(instance_->disable("g", "e").ok());
  EXPECT_EQ(get("events/g/e/enable"), "0");
}

TEST_F(InstanceTest, TasksReplaceTheOnesBefore) {
  put("set_event_pid", "1000000 1000001");
  EXPECT_TRUE(instance_->set_tasks({12, 34}, true).ok());
  EXPECT_EQ(get("set_event_pid"), "12 34 ");
  EXPECT_EQ(get("options/event-fork"), "1");
  EXPECT_TRUE(instance_->set_tasks({5}, false).ok());
  EXPECT_EQ(get("set_event_pid"), "5 ");
  EXPECT_EQ(get("options/event-fork"), "0");
}

TEST_F(InstanceTest, NoTasksIsAnErrorAndNotEverybody) {
  auto refused = instance_->set_tasks({}, false);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "there is no task to record");
}

TEST_F(InstanceTest, KernelWithoutExclusionIsNoError) {
  EXPECT_TRUE(instance_->exclude_tasks({12}).ok());
  put("set_event_notrace_pid", "");
  EXPECT_TRUE(instance_->exclude_tasks({12}).ok());
  EXPECT_EQ(get("set_event_notrace_pid"), "12 ");
}

TEST_F(InstanceTest, EmptyFilterClears) {
  EXPECT_TRUE(instance_->set_filter("g", "e", "  ").ok());
  EXPECT_EQ(get("events/g/e/filter"), "0");
}

TEST_F(InstanceTest, OverlongFilterIsRefused) {
  EXPECT_TRUE(instance_->set_filter("g", "e", std::string(4095, 'a')).ok());
  auto refused = instance_->set_filter("g", "e", std::string(4096, 'a'));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render(refused.error()),
            "error: the filter has 4096 bytes, the kernel takes 4095\n  help: use a shorter filter\n");
}

TEST_F(InstanceTest, UnknownEventIsNamed) {
  const std::string expected = "error: there is no event g/none\n  help: uproar events lists them\n";
  EXPECT_EQ(render(instance_->enable("g", "none").error()), expected);
  EXPECT_EQ(render(instance_->disable("g", "none").error()), expected);
  EXPECT_EQ(render(instance_->set_filter("g", "none", "1").error()), expected);
  EXPECT_EQ(render(instance_->event_format("g", "none").error()), expected);
  EXPECT_EQ(instance_->enable("g", "none").error().sys_errno, ENOENT);
}

TEST_F(InstanceTest, NamesCannotLeaveTheInstance) {
  EXPECT_FALSE(instance_->enable("..", "e").ok());
  EXPECT_FALSE(instance_->enable("g", "../..").ok());
  EXPECT_FALSE(instance_->set_option("../tracing_on", true).ok());
  EXPECT_FALSE(instance_->event_format("g", "").ok());
}

TEST_F(InstanceTest, StatsAreRead) {
  put("per_cpu/cpu1/stats",
      "entries: 12\noverrun: 3\ncommit overrun: 1\nbytes: 512\noldest event ts:  2725.1\nnow ts:  2726.2\n"
      "dropped events: 4\nread events: 129\n");
  auto stats = instance_->stats(1);
  ASSERT_TRUE(stats.ok());
  EXPECT_EQ(stats->entries, 12u);
  EXPECT_EQ(stats->overrun, 3u);
  EXPECT_EQ(stats->commit_overrun, 1u);
  EXPECT_EQ(stats->dropped, 4u);
  EXPECT_EQ(stats->read, 129u);
  EXPECT_FALSE(instance_->stats(2).ok());
}

TEST_F(InstanceTest, CpusAreInOrderOfNumber) {
  for (const char* cpu : {"cpu10", "cpu2", "cpu0", "cpux", "other"})
    put(std::string("per_cpu/") + cpu + "/stats", "");
  EXPECT_EQ(instance_->cpus(), (std::vector<uint32_t>{0, 2, 10}));
}

TEST_F(InstanceTest, FilterRefusedWithoutAReasonKeepsTheErrno) {
  fake_.make("instances/uproar-1/events/g/folder/filter");
  auto refused = instance_->set_filter("g", "folder", "1");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().sys_errno, EISDIR);
}

TEST_F(InstanceTest, InstanceThatCannotBeRemovedIsSwitchedOff) {
  put("tracing_on", "1");
  put("events/enable", "X");
  EXPECT_FALSE(instance_->remove().ok());
  EXPECT_EQ(get("tracing_on"), "0");
  EXPECT_EQ(get("events/enable"), "0");
}

TEST(Instance, IsRemovedWithItsOwner) {
  FakeFolder fake;
  fake.make("instances");
  {
    auto made = Instance::create(Tracefs(fake.root()), "uproar-1");
    ASSERT_TRUE(made.ok());
    Instance moved = std::move(*made);
    EXPECT_TRUE(fake.has("instances/uproar-1"));
    EXPECT_EQ(moved.name(), "uproar-1");
    EXPECT_EQ(moved.files().root(), fake.root() + "/instances/uproar-1");
  }
  EXPECT_FALSE(fake.has("instances/uproar-1"));
}

TEST(Instance, MoveAssignmentRemovesTheOneBefore) {
  FakeFolder fake;
  fake.make("instances");
  Tracefs tracefs(fake.root());
  Instance first = Instance::create(tracefs, "a").value();
  Instance second = Instance::create(tracefs, "b").value();
  first = std::move(second);
  EXPECT_FALSE(fake.has("instances/a"));
  EXPECT_TRUE(fake.has("instances/b"));
  EXPECT_TRUE(first.remove().ok());
  EXPECT_FALSE(fake.has("instances/b"));
}

TEST(Instance, ForkedChildLeavesItAlone) {
  FakeFolder fake;
  fake.make("instances");
  Instance instance = Instance::create(Tracefs(fake.root()), "a").value();
  pid_t child = ::fork();
  if (child == 0) {
    (void)instance.remove();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(fake.has("instances/a"));
}

TEST(Instance, ExistingNameIsRefused) {
  FakeFolder fake;
  fake.make("instances/a");
  auto refused = Instance::create(Tracefs(fake.root()), "a");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render(refused.error()),
            "error: the trace instance a exists already\n"
            "  help: if nobody uses it: rmdir /sys/kernel/tracing/instances/a\n");
  EXPECT_TRUE(fake.has("instances/a"));
  EXPECT_FALSE(Instance::create(Tracefs(fake.root()), "../a").ok());
  EXPECT_EQ(Instance::create(Tracefs(fake.root() + "/none"), "a").error().message,
            "this kernel has no trace instances");
}

}  // namespace
}  // namespace uproar
