#include "lower/bpf/filter_code.h"

#include <gtest/gtest.h>

#include "support/bpf_cases.h"
#include "support/plan_of_text.h"

namespace uproar {
namespace {

constexpr const char* kEvent =
    "p:e /bin/bash:0x10 n=%r9:s32 u=%di:u64 h=+0(%dx):string f=+0(%r8):string l=+0(%dx):string(\\5) "
    "x=+0(%cx):string "
    "b=+0(%r13):b4@4/32 c=$comm m=+8(%di):u32";

// "passed", "dropped", or what is wrong.
std::string verdict(const std::string& filter, const std::string& definition = kEvent) {
  auto plan = plan_of_text(definition);
  EXPECT_TRUE(plan.ok());
  const BpfEvent event{&*plan, filter};
  auto programs = lower_bpf({&event, 1}, {});
  if (!programs.ok()) return render(programs.error());
  BpfEmulator machine(*programs);
  test::set_up(machine);
  if (const std::string fault = machine.hit(0, 0); !fault.empty()) return fault;
  const uproar_counters& counters = machine.counters(0);
  EXPECT_EQ(counters.hits, machine.records.size() + counters.filtered);
  for (size_t i = 0; i < machine.slots(); ++i) EXPECT_EQ(machine.slot(i)[0], 0);
  return machine.records.empty() ? "dropped" : "passed";
}

TEST(FilterCode, Numbers) {
  EXPECT_EQ(verdict("n == -2"), "passed");
  EXPECT_EQ(verdict("n < 0 && n >= -2 && n > -3 && n <= -2 && n != -3"), "passed");
  EXPECT_EQ(verdict("n > 0"), "dropped");
  EXPECT_EQ(verdict("u == 0x10000"), "passed");
  EXPECT_EQ(verdict("u > 0xffffffffffff0000"), "dropped");
  EXPECT_EQ(verdict("u < 0xffffffffffff0000"), "passed");
  EXPECT_EQ(verdict("u & 0x10000"), "passed");
  EXPECT_EQ(verdict("u & 0xffff"), "dropped");
  EXPECT_EQ(verdict("b == 3 && m == 1"), "passed");
  EXPECT_EQ(verdict("b != 3 || m != 1"), "dropped");
  EXPECT_EQ(verdict("!(n == -2)"), "dropped");
  EXPECT_EQ(verdict("!!(n == -2) && !(u == 1 || m == 2)"), "passed");
  EXPECT_EQ(verdict("cpu == 0 && common_pid == 101 && __probe_ip == 0x400010"), "passed");
  EXPECT_EQ(verdict("common_pid == 100"), "dropped");
}

TEST(FilterCode, Strings) {
  EXPECT_EQ(verdict("h == \"hello\" && l == 'hello' && f == \"far away\""), "passed");
  EXPECT_EQ(verdict("h == \"hell\""), "dropped");
  EXPECT_EQ(verdict("h == \"hello!\""), "dropped");
  EXPECT_EQ(verdict("h != \"hello\""), "dropped");
  EXPECT_EQ(verdict("h ~ \"he*\" && h ~ \"*lo\" && h ~ \"h?llo\" && h ~ \"*\" && l ~ \"hell*\""), "passed");
  EXPECT_EQ(verdict("h ~ \"hello*\" && h ~ \"*hello\" && h ~ \"*?llo\""), "passed");
  EXPECT_EQ(verdict("h ~ \"*hellx\""), "dropped");
  EXPECT_EQ(verdict("h ~ \"h?\""), "dropped");
  EXPECT_EQ(verdict("l == \"hello long\""), "dropped");
  // What cannot be read is no string that anything equals.
  EXPECT_EQ(verdict("x == \"\""), "dropped");
  EXPECT_EQ(verdict("x != \"a\""), "passed");
}

TEST(FilterCode, NamesOfTasks) {
  for (const std::string name : {"comm", "c", "COMM"}) {
    EXPECT_EQ(verdict(name + " == \"prog\""), "passed");
    EXPECT_EQ(verdict(name + " == \"pro\""), "dropped");
    EXPECT_EQ(verdict(name + " ~ \"p*\""), "passed");
    EXPECT_EQ(verdict(name + " ~ \"*g\""), "passed");
    EXPECT_EQ(verdict(name + " ~ \"*ro*\""), "passed");
    EXPECT_EQ(verdict(name + " ~ \"*rx*\""), "dropped");
    EXPECT_EQ(verdict(name + " ~ \"prog?\""), "dropped");
    EXPECT_EQ(verdict(name + " != \"prog\""), "dropped");
    EXPECT_EQ(verdict(name + " == \"a name of more than 16\""), "dropped");
  }
}

TEST(FilterCode, OnTheStackToo) {
  const std::string numbers = "p:e /bin/bash:0x10 n=%r9:s32 m=+8(%di):u32";
  EXPECT_EQ(verdict("n == -2 && m == 1", numbers), "passed");
  EXPECT_EQ(verdict("n == -2 && m == 2", numbers), "dropped");
  EXPECT_EQ(verdict("comm == \"prog\"", numbers), "passed");
  EXPECT_EQ(verdict("__probe_func == 0x401000 && __probe_ret_ip == 0x400010", "r:e /bin/bash:0x10 a=$retval"),
            "passed");
}

TEST(FilterCode, WhatProgramsCannotCompare) {
  EXPECT_EQ(verdict("h ~ \"*ell*\""),
            "error: programs do not search within strings\n  h ~ \"*ell*\"\n  ^~~~~~~~~~~\n"
            "  help: use a pattern with one *, or choose with script --filter\n");
  EXPECT_EQ(verdict("h ~ \"a*b\""),
            "error: patterns have * at their ends, and ? for a character\n  h ~ \"a*b\"\n  ^~~~~~~~~\n"
            "  help: choose with script --filter\n");
}

}  // namespace
}  // namespace uproar
