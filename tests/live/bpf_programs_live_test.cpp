// Every program of the table that the emulator runs, before the kernel's own verifier.
#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/utsname.h>

#include "kernel/bpf/bpf_map.h"
#include "kernel/bpf/program_loader.h"
#include "lower/bpf/lower_bpf.h"
#include "support/bpf_cases.h"
#include "support/plan_of_text.h"

namespace uproar {
namespace {

// The maps that programs name. They live as long as the descriptors.
class Maps {
 public:
  explicit Maps(const BpfPrograms& programs) {
    add(BpfMap::Ring, {BpfMapPlan::Kind::Ring, "ring", 0, 0, 1 << 16, false, -1});
    add(BpfMap::Counters,
        {BpfMapPlan::Kind::Array, "counters", 4,
         static_cast<uint32_t>(sizeof(uproar_counters) * programs.cpus * programs.events.size()), 1, true,
         -1});
    if (programs.slot_bytes != 0)
      add(BpfMap::Slots, {BpfMapPlan::Kind::Array, "slots", 4, programs.slot_bytes,
                          programs.cpus * UPROAR_SLOTS, false, -1});
    add(BpfMap::Tasks, {BpfMapPlan::Kind::Hash, "tasks", sizeof(uproar_task), 1, 8, false, -1});
  }
  BpfMaps numbers;

 private:
  void add(BpfMap which, const BpfMapPlan& plan) {
    auto map = create_map(plan);
    ASSERT_TRUE(map.ok()) << render(map.error());
    numbers[which] = map->get();
    maps_.push_back(std::move(*map));
  }
  std::vector<Fd> maps_;
};

void expect_loaded(const std::vector<ProbePlan>& plans, const std::vector<std::string>& filters,
                   const BpfOptions& options) {
  std::vector<BpfEvent> events;
  for (size_t i = 0; i < plans.size(); ++i) events.push_back({&plans[i], filters[i]});
  auto programs = lower_bpf(events, options);
  ASSERT_TRUE(programs.ok()) << render(programs.error());
  const Maps maps(*programs);
  for (const BpfProgram& program : programs->programs) {
    std::string log;
    auto loaded = load_program(program, BpfAttach::UprobeMulti, maps.numbers, &log);
    EXPECT_TRUE(loaded.ok()) << plans.front().definition << "\n" << render(loaded.error()) << log;
  }
}

class BpfProgramsLive : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to load programs";
    utsname machine{};
    if (uname(&machine) != 0 || std::string(machine.machine) != "x86_64")
      GTEST_SKIP() << "the table is of x86-64";
  }

  static std::vector<BpfOptions> all_options() {
    BpfTasks some{.everybody = false, .processes = {1, 2}, .threads = {3}, .by_map = true, .but_not = 4};
    return {{},
            {.sleepable = false},
            {.cpus = 64, .tasks = some},
            {.stack = BpfOptions::Stack::FramePointers},
            {.sleepable = false, .stack = BpfOptions::Stack::Kernel},
            {.stack = BpfOptions::Stack::Copy}};
  }
};

TEST_F(BpfProgramsLive, TheVerifierTakesEachOfTheTable) {
  for (const BpfOptions& options : all_options()) {
    for (const auto& each : test::bpf_cases()) {
      auto plan = plan_of_text(each.definition);
      ASSERT_TRUE(plan.ok());
      expect_loaded({*plan}, {""}, options);
    }
  }
}

TEST_F(BpfProgramsLive, AndAllOfThemAtOnce) {
  std::vector<ProbePlan> plans;
  for (const auto& each : test::bpf_cases()) plans.push_back(std::move(*plan_of_text(each.definition)));
  for (const BpfOptions& options : all_options())
    expect_loaded(plans, std::vector<std::string>(plans.size()), options);
}

TEST_F(BpfProgramsLive, Filters) {
  auto plan = plan_of_text(
      "p:e /bin/bash:0x10 n=%r9:s32 u=%di:u64 h=+0(%dx):string f=+0(%r8):string l=+0(%dx):string(\\5) "
      "c=$comm m=+8(%di):u32");
  ASSERT_TRUE(plan.ok());
  for (const std::string filter :
       {"n < 0 && n >= -2 || u & 3", "h == \"hello\" && l == \"hello\" && f != \"far away\"",
        "h ~ \"he*\" && h ~ \"*lo\" || f ~ \"*\"", "c ~ \"*ro*\" || comm == \"prog\"",
        "!(l ~ \"*lo\") && common_pid == 1 && cpu == 0"}) {
    for (const BpfOptions& options : all_options()) expect_loaded({*plan}, {filter}, options);
  }
}

// What the verifier has to look at grows with the program, not faster.
TEST_F(BpfProgramsLive, LargeOnes) {
  std::string numbers = "p:e /bin/bash:0x10";
  std::string strings = numbers;
  std::string sized = numbers;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    const std::string pointer = "+" + n + "(+8(+16(%di)))";
    numbers += " a" + n + "=" + pointer + ":u64";
    strings += " a" + n + "=+0(" + pointer + "):string";
    if (i < 60) sized += " a" + n + "=+0(" + pointer + "):string(" + pointer + ")";
  }
  for (const std::string& definition : {numbers, strings, sized}) {
    auto plan = plan_of_text(definition);
    ASSERT_TRUE(plan.ok());
    expect_loaded({*plan}, {""}, {});
  }
}

}  // namespace
}  // namespace uproar
