// The kernel folder against the kernel: uprobe events on a function of this very program.
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <link.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/fd.h"
#include "kernel/clocks.h"
#include "kernel/features.h"
#include "kernel/instance.h"
#include "kernel/ownership.h"
#include "kernel/tracefs.h"
#include "kernel/uprobe_events.h"

// The functions that are probed.
extern "C" __attribute__((noinline)) int uproar_live_first(int value) {
  asm volatile("" : "+r"(value));
  return value + 1;
}
extern "C" __attribute__((noinline)) int uproar_live_second(int value) {
  asm volatile("" : "+r"(value));
  return value + 2;
}

namespace uproar {
namespace {

// File offset of a function of this program.
uint64_t offset_of(const void* function) {
  struct Search {
    uintptr_t address;
    uint64_t offset;
  } search{reinterpret_cast<uintptr_t>(function), 0};
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto* wanted = static_cast<Search*>(data);
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& segment = info->dlpi_phdr[i];
          const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
          if (segment.p_type != PT_LOAD || wanted->address < begin ||
              wanted->address >= begin + segment.p_filesz)
            continue;
          wanted->offset = wanted->address - begin + segment.p_offset;
        }
        return 0;
      },
      &search);
  return search.offset;
}

std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

class KernelLive : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    Result<Tracefs> found = Tracefs::locate();
    if (!found.ok()) GTEST_SKIP() << render(found.error());
    tracefs_ = *found;
    group_ = "uproartest_" + std::to_string(::getpid());
    char self[4096] = {};
    ASSERT_GT(::readlink("/proc/self/exe", self, sizeof self - 1), 0);
    self_ = self;
    first_ = self_ + ":" + hex(offset_of(reinterpret_cast<const void*>(&uproar_live_first)));
    second_ = self_ + ":" + hex(offset_of(reinterpret_cast<const void*>(&uproar_live_second)));
  }

  void TearDown() override {
    if (group_.empty()) return;
    Result<std::vector<ListedEvent>> events = list_uprobe_events(tracefs_);
    ASSERT_TRUE(events.ok());
    for (const ListedEvent& event : *events) {
      if (!event.group.starts_with(group_)) continue;
      EXPECT_TRUE(remove_uprobe_event(tracefs_, event.group, event.name).ok());
    }
  }

  Result<void> add(const std::string& line) { return add_uprobe_event(tracefs_, line, line); }

  // The listed event of that name in the test's group.
  std::optional<ListedEvent> listed(const std::string& group, const std::string& name) {
    Result<std::vector<ListedEvent>> events = list_uprobe_events(tracefs_);
    if (!events.ok()) return std::nullopt;
    for (ListedEvent& event : *events) {
      if (event.group == group && event.name == name) return std::move(event);
    }
    return std::nullopt;
  }

  // perf_event_open of a tracefs event for this process.
  Fd open_perf(const std::string& event) {
    perf_event_attr attr{};
    attr.size = sizeof attr;
    attr.type = PERF_TYPE_TRACEPOINT;
    Result<std::string> id = tracefs_.read("events/" + group_ + "/" + event + "/id");
    if (!id.ok()) return Fd();
    attr.config = std::strtoull(id->c_str(), nullptr, 10);
    attr.sample_period = 1;
    return Fd(static_cast<int>(::syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
  }

  Tracefs tracefs_{std::string()};
  std::string group_;
  std::string self_;
  std::string first_;
  std::string second_;
};

TEST_F(KernelLive, EventIsAddedListedAndRemoved) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_ + " value=%di:s32 name=+0(%si):string").ok());
  auto event = listed(group_, "e");
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->is_return);
  ASSERT_EQ(event->places.size(), 1u);
  EXPECT_EQ(event->places[0].path, self_);
  EXPECT_EQ(event->places[0].file_offset, offset_of(reinterpret_cast<const void*>(&uproar_live_first)));
  EXPECT_EQ(event->arguments, "value=%di:s32 name=+0(%si):string");
  ASSERT_TRUE(remove_uprobe_event(tracefs_, group_, "e").ok());
  EXPECT_FALSE(listed(group_, "e"));
  auto again = remove_uprobe_event(tracefs_, group_, "e");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(render(again.error()),
            "error: there is no uprobe event " + group_ + "/e\n  help: uproar events lists them\n");
}

TEST_F(KernelLive, ReferenceCounterIsListed) {
  ASSERT_TRUE(add("r:" + group_ + "/e " + first_ + "(0x4010)").ok());
  auto event = listed(group_, "e");
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->is_return);
  EXPECT_EQ(event->places[0].ref_counter, 0x4010u);
}

TEST_F(KernelLive, OtherReferenceCounterAtOnePlaceIsExplained) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_ + "(0x4010)").ok());
  auto refused = add("p:" + group_ + "/f " + first_ + "(0x4020)");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "another event uses this place with another reference counter");
}

TEST_F(KernelLive, RemovalLeavesTheSameNameInOtherGroups) {
  const std::string other = group_ + "_b";
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_).ok());
  ASSERT_TRUE(add("p:" + other + "/e " + first_).ok());
  ASSERT_TRUE(remove_uprobe_event(tracefs_, group_, "e").ok());
  EXPECT_TRUE(listed(other, "e"));
}

TEST_F(KernelLive, AddingNeverTruncatesTheList) {
  ASSERT_TRUE(add("p:" + group_ + "/kept " + first_).ok());
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(add("p:" + group_ + "/e" + std::to_string(i) + " " + second_).ok());
  EXPECT_FALSE(add("p:" + group_ + "/bad " + second_ + " a=%nothing").ok());
  EXPECT_TRUE(listed(group_, "kept"));
  EXPECT_TRUE(listed(group_, "e0"));
}

TEST_F(KernelLive, ComplaintIsPutOnTheUsersText) {
  const std::string line = "p:" + group_ + "/e " + first_ + " a=%di b=+0(%nothing):string";
  auto refused = add_uprobe_event(tracefs_, line, "prog:first a=$arg1 b=+0(%nothing):string");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render(refused.error()),
            "error: the kernel refuses this: Invalid register name\n"
            "  prog:first a=$arg1 b=+0(%nothing):string\n"
            "                          ^~~~~~~~\n"
            "  help: x86-64 registers are %ax %bx %cx %dx %si %di %bp %sp %ip %flags %r8 … %r15\n");
  EXPECT_EQ(refused.error().sys_errno, EINVAL);
}

TEST_F(KernelLive, ComplaintIsFoundAmongOthers) {
  // The log keeps the last eight of everybody.
  const std::string line = "p:" + group_ + "/e " + first_ + " a=%nothing";
  ASSERT_FALSE(add("p:" + group_ + "/e " + first_ + " a=%nothing:u99").ok());
  auto refused = add(line);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "the kernel refuses this: Invalid register name");
}

TEST_F(KernelLive, SecondDefinitionOfOneNameIsRefusedWithARemedy) {
  const std::string line = "p:" + group_ + "/e " + first_ + " a=%di";
  ASSERT_TRUE(add(line).ok());
  auto refused = add(line);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "event " + group_ + "/e is already defined");
  EXPECT_EQ(refused.error().remedy, "remove it (uproar remove " + group_ + "/e) or use another name");
  EXPECT_EQ(refused.error().sys_errno, EEXIST);
  auto other_kind = add("r:" + group_ + "/e " + first_ + " a=%di");
  ASSERT_FALSE(other_kind.ok());
  EXPECT_EQ(other_kind.error().message,
            "event " + group_ + "/e is already defined as the other kind of probe (p or r)");
}

TEST_F(KernelLive, LongestLineReachesTheKernelWhole) {
  std::string line = "p:" + group_ + "/e " + first_;
  for (int i = 0; line.size() < 4000; ++i) line += " a" + std::to_string(i) + "=+0(+0(+0(+0(+0(%di))))):u8";
  line += " " + std::string(4093 - line.size() - 1 - 4, 'z') + "=%di";
  // A name that long is refused, but for being long: nothing was cut off.
  ASSERT_EQ(line.size(), 4093u);
  auto refused = add(line);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "the kernel refuses this: Argument name is too long");
}

TEST_F(KernelLive, EnabledEventIsBusyAndSaysWhere) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_).ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  ASSERT_TRUE(instance.enable(group_, "e").ok());
  EXPECT_EQ(enabled_in(tracefs_, group_, "e"), std::vector<std::string>{group_});
  auto refused = remove_uprobe_event(tracefs_, group_, "e");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render(refused.error()),
            "error: event " + group_ + "/e is enabled in the trace instance " + group_ +
                "\n  help: end the program that uses this instance, or remove the instance\n");
  ASSERT_TRUE(instance.remove().ok());
  EXPECT_TRUE(remove_uprobe_event(tracefs_, group_, "e").ok());
}

TEST_F(KernelLive, EventThatPerfHoldsIsRefusedToFtraceAndToRemoval) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_).ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  Fd perf = open_perf("e");
  if (!perf.valid()) GTEST_SKIP() << "perf_event_open is not allowed: " << std::strerror(errno);
  auto refused = instance.enable(group_, "e");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().sys_errno, EINTR);
  EXPECT_EQ(refused.error().message,
            "event " + group_ +
                "/e is in use by perf or a BPF program: a uprobe event serves ftrace or "
                "perf, not both");
  auto kept = remove_uprobe_event(tracefs_, group_, "e");
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(kept.error().message, "event " + group_ + "/e is in use by perf or a BPF program");
  perf.reset();
  EXPECT_TRUE(instance.enable(group_, "e").ok());
}

TEST_F(KernelLive, HitsAreCountedForEachGroup) {
  const std::string other = group_ + "_b";
  ASSERT_TRUE(add("p:" + other + "/e " + second_).ok());
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_).ok());
  ASSERT_TRUE(add("p:" + other + "/e " + first_).ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  ASSERT_TRUE(instance.enable(group_, "e").ok());
  for (int i = 0; i < 10; ++i) uproar_live_first(i);
  ASSERT_TRUE(instance.enable(other, "e").ok());
  for (int i = 0; i < 5; ++i) uproar_live_second(i);
  uproar_live_first(1);
  auto hits = read_hit_counts(tracefs_);
  ASSERT_TRUE(hits.ok());
  EXPECT_EQ((*hits)[group_ + "/e"], 11u);
  EXPECT_EQ((*hits)[other + "/e"], 6u);
}

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
  for (int i = 0; i < 10; ++i) uproar_live_first(i);
  EXPECT_EQ(entries(), 6u);
  ASSERT_TRUE(instance.set_tasks({1}, false).ok());
  for (int i = 0; i < 10; ++i) uproar_live_first(i);
  EXPECT_EQ(entries(), 6u);
  EXPECT_NE(instance.event_format(group_, "e").value().find("field:s32 value;"), std::string::npos);
}

TEST_F(KernelLive, ExcludedTaskIsNotRecorded) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_).ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  if (!instance.files().exists("set_event_notrace_pid")) GTEST_SKIP() << "this kernel cannot exclude tasks";
  ASSERT_TRUE(instance.exclude_tasks({::getpid()}).ok());
  ASSERT_TRUE(instance.enable(group_, "e").ok());
  for (int i = 0; i < 10; ++i) uproar_live_first(i);
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
  ASSERT_TRUE(add("p:" + group_ + "/e " + self_ + ":0x40000000").ok());
  Instance instance = Instance::create(tracefs_, group_).value();
  auto refused = instance.enable(group_, "e");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().sys_errno, EINVAL);
  EXPECT_TRUE(refused.error().message.starts_with("event " + group_ + "/e lies at offset 1073741824 of " +
                                                  self_ + ", which has "))
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
  Fd reader = open_file(instance->files().path("per_cpu/cpu0/trace_pipe_raw"), O_RDONLY | O_NONBLOCK).value();
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

TEST_F(KernelLive, LeftoversOfAKilledProcessAreRemovedAndThoseOfTheLivingKept) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  pid_t child = ::fork();
  if (child == 0) {
    const Owner owner = this_process();
    std::optional<Instance> instance(Instance::create(tracefs_, instance_name(owner)).value());
    const std::string group = temporary_group(owner);
    bool ready = add_uprobe_event(tracefs_, "p:" + group + "/e " + first_, "").ok() &&
                 instance->enable(group, "e").ok();
    char answer = ready ? 'y' : 'n';
    (void)!::write(pipe_ends[1], &answer, 1);
    for (;;) ::pause();
  }
  char answer = 0;
  ASSERT_EQ(::read(pipe_ends[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const std::string instance = "instances/uproar-" + std::to_string(child);
  auto kept = remove_leftovers(tracefs_);
  ASSERT_TRUE(kept.ok());
  EXPECT_TRUE(tracefs_.exists(instance));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  auto removed = remove_leftovers(tracefs_);
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(std::count(removed->begin(), removed->end(), instance), 1);
  EXPECT_TRUE(std::any_of(removed->begin(), removed->end(), [&](const std::string& name) {
    return name.starts_with("uproar_" + std::to_string(child) + "_") && name.ends_with("/e");
  }));
  EXPECT_FALSE(tracefs_.exists(instance));
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
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
