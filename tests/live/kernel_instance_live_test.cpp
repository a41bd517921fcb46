// Instances, leftovers, features and clocks of the kernel.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "base/fd.h"
#include "kernel/features.h"
#include "kernel/ownership.h"
#include "kernel/proc/clocks.h"
#include "kernel/tracefs/instance.h"
#include "kernel/tracefs/uprobe_events.h"
#include "kernel_live.h"

namespace uproar {
namespace {

TEST_F(KernelLive, InstanceRecordsOnlyItsTasksAndItsFilter) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_ + " value=%di:s32").ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  ASSERT_TRUE(instance.set_clock("mono").ok());
  ASSERT_TRUE(instance.set_buffer_size_kb(256).ok());
  ASSERT_TRUE(instance.set_filter(group_, "e", "value > 3").ok());
  ASSERT_TRUE(instance.set_tasks({::getpid()}, false).ok());
  ASSERT_TRUE(instance.enable(group_, "e").ok());
  auto entries = [&] {
    uint64_t sum = 0;
    for (uint32_t cpu : instance.cpus()) sum += instance.stats(cpu).value().entries;
    return sum;
  };
  for (int i = 0; i < 10; ++i) call_first_(i);
  EXPECT_EQ(entries(), 6u);
  ASSERT_TRUE(instance.set_tasks({1}, false).ok());
  for (int i = 0; i < 10; ++i) call_first_(i);
  EXPECT_EQ(entries(), 6u);
  EXPECT_NE(instance.event_format(group_, "e").value().find("field:s32 value;"), std::string::npos);
}

TEST_F(KernelLive, ExcludedTaskIsNotRecorded) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_).ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  if (!instance.files().exists("set_event_notrace_pid")) GTEST_SKIP() << "this kernel cannot exclude tasks";
  ASSERT_TRUE(instance.exclude_tasks({::getpid()}).ok());
  ASSERT_TRUE(instance.enable(group_, "e").ok());
  for (int i = 0; i < 10; ++i) call_first_(i);
  uint64_t sum = 0;
  for (uint32_t cpu : instance.cpus()) sum += instance.stats(cpu).value().entries;
  EXPECT_EQ(sum, 0u);
}

TEST_F(KernelLive, RefusedFilterIsUnderlinedAndNotKept) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_ + " value=%di:s32").ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  auto refused = instance.set_filter(group_, "e", "value > 3 && valu == 2");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render(refused.error()),
            "error: the kernel refuses this filter: Field not found\n"
            "  value > 3 && valu == 2\n"
            "               ^~~~\n"
            "  help: fields are value, __probe_ip, common_pid, comm, cpu\n");
  EXPECT_EQ(instance.files().read("events/" + group_ + "/e/filter").value(), "none\n");
  // These have an errno of their own.
  EXPECT_EQ(instance.set_filter(group_, "e", "(value > 3").error().message,
            "the kernel refuses this filter: Too many '('");
  EXPECT_EQ(instance.set_filter(group_, "e", "comm == \"x").error().message,
            "the kernel refuses this filter: Missing matching quote");
}

TEST_F(KernelLive, PlaceBeyondTheFileIsExplainedAtEnabling) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + file_ + ":0x40000000").ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  auto refused = instance.enable(group_, "e");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().sys_errno, EINVAL);
  EXPECT_TRUE(refused.error().message.starts_with("event " + group_ + "/e lies at offset 1073741824 of " +
                                                  file_ + ", which has "))
      << refused.error().message;
}

TEST_F(KernelLive, OddReferenceCounterIsExplainedAtEnabling) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_ + "(0x4011)").ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  auto refused = instance.enable(group_, "e");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "event " + group_ + "/e has a reference counter at an odd offset");
}

TEST_F(KernelLive, InstanceInUseIsSwitchedOffAndLeftToCleaning) {
  std::optional<Instance> instance(Instance::create(tracefs_, group_).value());
  Fd reader = open_file(instance->files().path("per_cpu/cpu" + std::to_string(instance->cpus().at(0)) +
                                               "/trace_pipe_raw"),
                        O_RDONLY | O_NONBLOCK)
                  .value();
  auto refused = instance->remove();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().sys_errno, EBUSY);
  instance.reset();
  EXPECT_TRUE(tracefs_.exists("instances/" + group_));
  EXPECT_EQ(tracefs_.read("instances/" + group_ + "/tracing_on").value(), "0\n");
  reader.reset();
  EXPECT_EQ(::rmdir(tracefs_.path("instances/" + group_).c_str()), 0);
}

TEST_F(KernelLive, UnknownClockIsRefused) {
  Instance instance = Instance::create(tracefs_, group_).value();
  auto refused = instance.set_clock("sundial");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "this kernel has no trace clock sundial");
}

// Whoever misjudges its owner cannot take it away.
TEST_F(KernelLive, InstanceIsHeldFromItsFirstMoment) {
  std::optional<Instance> instance(Instance::create(tracefs_, group_).value());
  EXPECT_EQ(::rmdir(instance->files().root().c_str()), -1);
  EXPECT_EQ(errno, EBUSY);
  ASSERT_TRUE(instance->remove().ok());
  EXPECT_FALSE(tracefs_.exists("instances/" + group_));
}

// A process that has defined the event `e` and enabled it in an instance, as a recorder does, and waits.
pid_t start_recorder_of(const Tracefs& tracefs, const std::string& place) {
  int pipe_ends[2];
  EXPECT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Owner owner = this_process();
    std::optional<Instance> instance(Instance::create(tracefs, instance_name(owner)).value());
    const std::string group = temporary_group(owner);
    bool ready =
        add_uprobe_event(tracefs, "p:" + group + "/e " + place, {}).ok() && instance->enable(group, "e").ok();
    char answer = ready ? 'y' : 'n';
    (void)!::write(pipe_ends[1], &answer, 1);
    for (;;) ::pause();
  }
  char answer = 0;
  EXPECT_EQ(::read(pipe_ends[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  return child;
}

TEST_F(KernelLive, LeftoversOfAKilledProcessAreRemovedAndThoseOfTheLivingKept) {
  bool told = false;
  // Any recorder that starts between the killing and our cleaning takes them away: then once more.
  for (int attempt = 0; attempt < 10 && !told; ++attempt) {
    const pid_t child = start_recorder_of(tracefs_, first_);
    const auto instances = tracefs_.list("instances");
    const auto made = std::find_if(instances.begin(), instances.end(), [&](const std::string& name) {
      const auto owner = owner_of_instance(name);
      return owner && owner->pid == child && state_of_owner(*owner) == OwnerState::Alive;
    });
    ASSERT_NE(made, instances.end());
    const std::string instance = "instances/" + *made;
    const std::string group = "uproar_" + std::to_string(child) + "_";
    auto kept = remove_leftovers(tracefs_);
    ASSERT_TRUE(kept.ok());
    EXPECT_TRUE(tracefs_.exists(instance));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    auto removed = remove_leftovers(tracefs_);
    ASSERT_TRUE(removed.ok());
    EXPECT_FALSE(tracefs_.exists(instance));
    told = std::count(removed->begin(), removed->end(), instance) == 1 &&
           std::any_of(removed->begin(), removed->end(), [&](const std::string& name) {
             return name.starts_with(group) && name.ends_with("/e");
           });
  }
  EXPECT_TRUE(told);
}

TEST_F(KernelLive, FeaturesAgreeWithWhatWorks) {
  const Capabilities here = probe_capabilities();
  EXPECT_TRUE(here.tracefs_mounted);
  EXPECT_TRUE(here.tracefs_accessible);
  EXPECT_TRUE(here.uprobe_events_present);
  EXPECT_TRUE(here.uprobe_events_writable);
  EXPECT_TRUE(here.instances_writable);
  EXPECT_EQ(here.tracefs_path, tracefs_.root());
}

double monotonic_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

TEST_F(KernelLive, PerfClockOfTheReadingIsTheTraceClockPerf) {
  const ClockReading reading = read_clocks();
  if (reading.perf_ns == 0) GTEST_SKIP() << "perf_event_open is not allowed";
  Instance instance = Instance::create(tracefs_, group_).value();
  ASSERT_TRUE(instance.set_clock("perf").ok());
  Fd marker = open_file(instance.files().path("trace_marker"), O_WRONLY).value();
  const double offset = static_cast<double>(reading.perf_ns) - static_cast<double>(reading.monotonic_ns);
  // The marker's time lies between the two readings around it; the shortest interval says most.
  double shortest = 1e18;
  double difference = 0;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(instance.files().write("trace", "", O_TRUNC).ok());
    const double before = monotonic_ns();
    ASSERT_EQ(::write(marker.get(), "mark", 4), 4);
    const double after = monotonic_ns();
    if (after - before >= shortest) continue;
    shortest = after - before;
    const std::string text = instance.files().read("trace").value();
    const size_t end = text.find(": tracing_mark_write");
    ASSERT_NE(end, std::string::npos);
    const double stamp = std::strtod(text.c_str() + text.rfind(' ', end) + 1, nullptr) * 1e9;
    difference = std::abs(stamp - offset - (before + after) / 2);
  }
  marker.reset();
  RecordProperty("difference_ns", static_cast<int>(difference));
  RecordProperty("interval_ns", static_cast<int>(shortest));
  EXPECT_LT(difference, shortest / 2 + 50'000);
}

}  // namespace
}  // namespace uproar
