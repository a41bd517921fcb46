#include "lower/bpf/program_builder.h"

#include <gtest/gtest.h>

#include "support/bpf_cases.h"
#include "support/lowered_bpf.h"

namespace uproar {
namespace {

using test::lowered;

TEST(ProgramBuilder, LossesAreCounted) {
  const BpfPrograms programs = lowered({"p:e /bin/bash:0x10 a=%di", "p:e2 /bin/bash:0x20 s=+0(%dx):string"});
  ASSERT_GT(programs.slot_bytes, 65536u);
  BpfEmulator machine(programs);
  test::set_up(machine);
  machine.ring_is_full = true;
  for (uint32_t event : {0, 1}) {
    ASSERT_EQ(machine.hit(event, 0), "");
    ASSERT_EQ(machine.hit(event, 0), "");
    EXPECT_EQ(machine.counters(event).hits, 2u);
    EXPECT_EQ(machine.counters(event).no_room, 2u);
    EXPECT_LT(machine.counters(event).first_lost, machine.counters(event).last_lost);
    EXPECT_NE(machine.counters(event).first_lost, 0u);
  }
  machine.ring_is_full = false;
  // Programs that sleep have all but one.
  for (size_t i = 0; i + 1 < machine.slots(); ++i) machine.slot(i)[0] = 1;
  ASSERT_EQ(machine.hit(1, 0), "");
  EXPECT_EQ(machine.records.size(), 1u);
  EXPECT_EQ(machine.slot(machine.slots() - 1)[0], 0);
  machine.slot(machine.slots() - 1)[0] = 1;
  ASSERT_EQ(machine.hit(1, 0), "");
  EXPECT_EQ(machine.records.size(), 1u);
  EXPECT_EQ(machine.counters(1).hits, 4u);
  EXPECT_EQ(machine.counters(1).no_slot, 1u);
}

TEST(ProgramBuilder, OnlyWantedTasks) {
  const auto is_wanted = [](const BpfTasks& tasks, std::vector<uproar_task> map = {}) {
    BpfOptions options;
    options.tasks = tasks;
    const BpfPrograms programs = lowered({"p:e /bin/bash:0x10"}, options);
    BpfEmulator machine(programs);
    test::set_up(machine);
    machine.wanted = std::move(map);
    EXPECT_EQ(machine.hit(0, 0), "");
    EXPECT_EQ(machine.counters(0).hits, machine.records.size());
    return machine.records.size() == 1;
  };
  EXPECT_TRUE(is_wanted({}));
  EXPECT_TRUE(is_wanted({.everybody = true, .but_not = 7}));
  EXPECT_FALSE(is_wanted({.everybody = true, .but_not = 100}));
  EXPECT_TRUE(is_wanted({.everybody = false, .processes = {5, 100}}));
  EXPECT_FALSE(is_wanted({.everybody = false, .processes = {5, 101}}));
  EXPECT_TRUE(is_wanted({.everybody = false, .processes = {5}, .threads = {101}}));
  EXPECT_FALSE(is_wanted({.everybody = false, .threads = {100}}));
  EXPECT_FALSE(is_wanted({.everybody = false}));
  EXPECT_TRUE(is_wanted({.everybody = false, .by_map = true}, {{100, 0}}));
  EXPECT_TRUE(is_wanted({.everybody = false, .by_map = true}, {{101, 1}}));
  EXPECT_FALSE(is_wanted({.everybody = false, .by_map = true}, {{100, 1}, {101, 0}}));
}

}  // namespace
}  // namespace uproar
