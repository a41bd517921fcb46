// Uprobe events of the kernel: adding, listing, refusing, removing, counting.

#include <cerrno>
#include <cstring>

#include "base/fd.h"
#include "kernel/tracefs/instance.h"
#include "kernel/tracefs/uprobe_events.h"
#include "kernel_live.h"

namespace uproar {
namespace {

TEST_F(KernelLive, EventIsAddedListedAndRemoved) {
  ASSERT_TRUE(add("p:" + group_ + "/e " + first_ + " value=%di:s32 name=+0(%si):string").ok());
  auto event = listed(group_, "e");
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->is_return);
  ASSERT_EQ(event->places.size(), 1u);
  EXPECT_EQ(event->places[0].path, file_);
  EXPECT_EQ(event->places[0].file_offset, offset_of(reinterpret_cast<const void*>(call_first_)));
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
  auto refused = add_uprobe_event(tracefs_, line,
                                  line_source_of("prog:first a=$arg1 b=+0(%nothing):string", "", "prog:first",
                                                 {"a=$arg1", "b=+0(%nothing):string"}));
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
  for (int i = 0; i < 10; ++i) call_first_(i);
  ASSERT_TRUE(instance.enable(other, "e").ok());
  for (int i = 0; i < 5; ++i) call_second_(i);
  call_first_(1);
  auto hits = read_hit_counts(tracefs_);
  ASSERT_TRUE(hits.ok());
  EXPECT_EQ((*hits)[group_ + "/e"], 11u);
  EXPECT_EQ((*hits)[other + "/e"], 6u);
}

}  // namespace
}  // namespace uproar
