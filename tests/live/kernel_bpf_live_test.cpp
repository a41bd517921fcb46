// kernel/bpf against the kernel: maps, programs, links and rings, and that nothing of them stays.
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "bpf_objects.h"
#include "event/bpf_abi.h"
#include "kernel/bpf/bpf_error.h"
#include "kernel/bpf/bpf_features.h"
#include "kernel/bpf/bpf_map.h"
#include "kernel/bpf/bpf_ring.h"
#include "kernel/bpf/link_closer.h"
#include "kernel/bpf/program_loader.h"
#include "kernel/bpf/task_follower.h"
#include "kernel/bpf/uprobe_link.h"
#include "kernel/proc/pid_namespace.h"
#include "kernel_live.h"

namespace uproar {
namespace {

constexpr int32_t kGetAttachCookie = 174;
constexpr int32_t kRingOutput = 130;
constexpr int32_t kNoWakeUp = 1;

BpfInstruction move_number(uint8_t to, int32_t number) {
  return {BPF_ALU64 | BPF_MOV | BPF_K, to, 0, number};
}
BpfInstruction call(int32_t helper) {
  return {BPF_JMP | BPF_CALL, 0, 0, helper};
}

class BpfLive : public KernelLive {
 protected:
  void SetUp() override {
    KernelLive::SetUp();
    if (IsSkipped()) return;
    if (!probe_bpf_features().uprobe_multi) GTEST_SKIP() << "this kernel has no uprobe_multi links";
    name_ = "t" + std::to_string(::getpid());
  }
  void TearDown() override {
    KernelLive::TearDown();
    ring_.reset();
    counters_.reset();
    counted_ = {};
    if (!name_.empty()) EXPECT_EQ(bpf_objects_left(name_), std::vector<std::string>());
  }

  // Sends its cookie and counts.
  BpfProgram cookie_program(bool sleepable) const {
    BpfProgram program;
    program.name = name_;
    program.is_sleepable = sleepable;
    program.instructions = {call(kGetAttachCookie),
                            {BPF_STX | BPF_DW | BPF_MEM, 0 << 4 | 10, -8, 0},
                            {BPF_LD | BPF_DW | BPF_IMM, BPF_PSEUDO_MAP_FD << 4 | 1, 0, 0},
                            {},
                            {BPF_ALU64 | BPF_MOV | BPF_X, 10 << 4 | 2, 0, 0},
                            {BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, -8},
                            move_number(3, 8),
                            move_number(4, kNoWakeUp),
                            call(kRingOutput),
                            {BPF_LD | BPF_DW | BPF_IMM, BPF_PSEUDO_MAP_VALUE << 4 | 1, 0, 0},
                            {},
                            move_number(2, 1),
                            {BPF_STX | BPF_DW | BPF_ATOMIC, 2 << 4 | 1, 0, BPF_ADD},
                            move_number(0, 0),
                            {BPF_JMP | BPF_EXIT, 0, 0, 0}};
    program.patches = {{2, BpfMap::Ring}, {9, BpfMap::Counters}};
    return program;
  }

  void make_maps() {
    auto ring = BpfRing::create(name_, 1 << 16);
    ASSERT_TRUE(ring.ok()) << render(ring.error());
    ring_.emplace(std::move(*ring));
    BpfMapPlan plan;
    plan.name = name_;
    plan.value_bytes = 64;
    plan.mapped = true;
    auto counters = create_map(plan);
    ASSERT_TRUE(counters.ok()) << render(counters.error());
    counters_ = std::move(*counters);
    auto mapping = BpfMapping::map(counters_.get(), 0, static_cast<size_t>(::sysconf(_SC_PAGESIZE)), false);
    ASSERT_TRUE(mapping.ok()) << render(mapping.error());
    counted_ = std::move(*mapping);
    maps_[BpfMap::Ring] = ring_->map();
    maps_[BpfMap::Counters] = counters_.get();
  }

  uint64_t counted() const {
    return __atomic_load_n(reinterpret_cast<uint64_t*>(counted_.data()), __ATOMIC_RELAXED);
  }

  std::vector<uint64_t> cookies() {
    std::vector<uint64_t> all;
    std::span<const uint8_t> record;
    for (;;) {
      auto next = ring_->next(record);
      EXPECT_TRUE(next.ok());
      if (!next.ok() || !*next) break;
      EXPECT_EQ(record.size(), 8U);
      uint64_t cookie = 0;
      std::memcpy(&cookie, record.data(), sizeof cookie);
      all.push_back(cookie);
    }
    ring_->release();
    return all;
  }

  UprobeLink both_places(uint64_t first_cookie) const {
    UprobeLink link;
    link.path = file_;
    link.places = {{offset_of(reinterpret_cast<const void*>(call_first_)), first_cookie, 0},
                   {offset_of(reinterpret_cast<const void*>(call_second_)), first_cookie + 1, 0}};
    return link;
  }

  Result<Fd> load(bool sleepable = true) {
    return load_program(cookie_program(sleepable), BpfAttach::UprobeMulti, maps_);
  }

  std::string name_;
  std::optional<BpfRing> ring_;
  Fd counters_;
  BpfMapping counted_;
  BpfMaps maps_;
};

TEST_F(BpfLive, OneLinkServesPlacesByTheirCookies) {
  make_maps();
  for (const bool sleepable : {false, true}) {
    const auto program = load(sleepable);
    ASSERT_TRUE(program.ok()) << render(program.error());
    const uint64_t before = counted();
    auto link = link_uprobes(program->get(), both_places(7));
    ASSERT_TRUE(link.ok()) << render(link.error());
    call_first_(1);
    call_second_(1);
    call_first_(1);
    EXPECT_EQ(cookies(), (std::vector<uint64_t>{7, 8, 7}));
    EXPECT_EQ(counted() - before, 3U);
    std::vector<Fd> links;
    links.push_back(std::move(*link));
    LinkCloser closer;
    closer.close(std::move(links));
    EXPECT_TRUE(closer.wait_for(std::chrono::seconds(20)));
    call_first_(1);
    EXPECT_EQ(cookies(), std::vector<uint64_t>());
  }
}

TEST_F(BpfLive, ReturnsHaveALinkOfTheirOwn) {
  make_maps();
  const auto program = load();
  ASSERT_TRUE(program.ok());
  UprobeLink returns = both_places(20);
  returns.is_return = true;
  const auto entry = link_uprobes(program->get(), both_places(10));
  const auto exit = link_uprobes(program->get(), returns);
  ASSERT_TRUE(entry.ok() && exit.ok());
  call_second_(1);
  EXPECT_EQ(cookies(), (std::vector<uint64_t>{11, 21}));
}

TEST_F(BpfLive, AProcessIsAllOfItAndNoOther) {
  make_maps();
  const auto program = load();
  ASSERT_TRUE(program.ok());
  UprobeLink mine = both_places(1);
  mine.process = ::getpid();
  UprobeLink foreign = both_places(100);
  foreign.process = 1;
  const auto of_mine = link_uprobes(program->get(), mine);
  const auto of_foreign = link_uprobes(program->get(), foreign);
  ASSERT_TRUE(of_mine.ok() && of_foreign.ok());
  call_first_(1);
  EXPECT_EQ(cookies(), std::vector<uint64_t>{1});
}

TEST_F(BpfLive, ThePlaceThatIsRefusedIsNamed) {
  make_maps();
  const auto program = load();
  ASSERT_TRUE(program.ok());
  UprobeLink link = both_places(1);
  for (int i = 0; i < 5; ++i) link.places.push_back(link.places[0]);
  link.places[4].file_offset = 0x10000000;
  const auto linked = link_uprobes(program->get(), link);
  ASSERT_FALSE(linked.ok());
  EXPECT_EQ(linked.error().message,
            "cannot probe " + file_ +
                ":0x10000000: the place lies outside of the file's code, or its semaphore does");
  link.path = file_ + ".gone";
  EXPECT_EQ(link_uprobes(program->get(), link).error().message,
            "cannot probe " + file_ + ".gone: there is no such file");
  call_first_(1);
  EXPECT_EQ(cookies(), std::vector<uint64_t>());
}

TEST_F(BpfLive, TheVerifiersComplaintNamesThePart) {
  make_maps();
  BpfProgram program = cookie_program(true);
  program.instructions[5].immediate = -7;
  program.instructions[6].immediate = 16;
  program.parts = {{0, "the cookie"}, {4, "the record goes out"}, {9, "count"}};
  std::string log;
  const auto loaded = load_program(program, BpfAttach::UprobeMulti, maps_, &log);
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().message.find(" at instruction 8 (the record goes out): "), std::string::npos)
      << loaded.error().message;
  EXPECT_NE(log.find("invalid"), std::string::npos) << log;
}

// What a chosen process starts is chosen before it runs, what others start is not, and what has ended leaves.
TEST_F(BpfLive, ChildrenOfAChosenProcessAreChosen) {
  const auto tasks = create_task_map(name_);
  ASSERT_TRUE(tasks.ok()) << render(tasks.error());
  const auto follower = TaskFollower::start(tasks->get(), name_);
  ASSERT_TRUE(follower.ok()) << render(follower.error());
  const auto is_chosen = [&](pid_t pid) {
    const uproar_task task{static_cast<uint32_t>(pid), 0};
    uint8_t value = 0;
    return ::bpf_map_lookup_elem(tasks->get(), &task, &value) == 0;
  };
  const auto child_that_waits = [] {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::pause();
      ::_exit(0);
    }
    return pid;
  };
  const auto end = [](pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  };
  const pid_t before = child_that_waits();
  EXPECT_FALSE(is_chosen(before));
  ASSERT_TRUE(choose_process(tasks->get(), ::getpid()).ok());
  const pid_t after = child_that_waits();
  EXPECT_TRUE(is_chosen(after));
  EXPECT_FALSE(is_chosen(before));
  end(before);
  end(after);
  for (int i = 0; i < 100 && is_chosen(after); ++i) ::usleep(100'000);
  EXPECT_FALSE(is_chosen(after));
}

TEST_F(BpfLive, TheKernelsNumberOfThisProcessIsItsOwnInTheFirstNamespace) {
  const auto number = kernel_number_of_this_process();
  ASSERT_TRUE(number.ok()) << render(number.error());
  if (is_initial_pid_namespace(own_pid_namespace())) EXPECT_EQ(*number, static_cast<uint32_t>(::getpid()));
}

TEST_F(BpfLive, NothingStaysOfAKilledProcess) {
  make_maps();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto program = load();
    auto link = link_uprobes(program->get(), both_places(50));
    (void)!::write(ready[1], "", link.ok() ? 1 : 0);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  call_first_(1);
  EXPECT_EQ(cookies(), std::vector<uint64_t>{50});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace uproar
