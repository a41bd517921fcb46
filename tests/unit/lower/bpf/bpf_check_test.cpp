#include "lower/bpf/bpf_check.h"

#include <gtest/gtest.h>

#include "support/plan_of_text.h"

namespace uproar {
namespace {

std::string verdict(const std::string& arguments, std::string_view machine = "x86_64") {
  auto plan = plan_of_text("p:e /bin/bash:0x10 " + arguments);
  if (!plan.ok()) return render(plan.error());
  auto checked = check_for_bpf(*plan, machine);
  return checked.ok() ? "" : render(checked.error());
}

TEST(BpfCheck, WhatTheKernelsTextCannotHoldIsFine) {
  std::string deep = "%di";
  for (int i = 0; i < 20; ++i) deep = "+0(" + deep + ")";
  EXPECT_EQ(verdict("a=" + deep), "");
  EXPECT_EQ(verdict("a=+123456789012(+123456789012(+123456789012(+123456789012(+123456789012(%di))))):u64"),
            "");
}

TEST(BpfCheck, VectorRegisters) {
  auto plan = plan_of_text("p:e /bin/bash:0x10 x=%di");
  FetchOperation& first = plan->argument_sets[0][0].operations[0];
  first.register_class = FetchOperation::RegisterClass::Vector;
  first.name = "xmm0";
  EXPECT_EQ(
      render(check_for_bpf(*plan, "x86_64").error()),
      "error: %di is in xmm0: programs in the kernel cannot read vector registers, which are the processor's "
      "alone "
      "while the task runs\n"
      "  p:e /bin/bash:0x10 x=%di\n"
      "                       ^~~\n"
      "  help: probe another place, such as a line of the function (FUNC:LINE), where it is in memory\n");
}

TEST(BpfCheck, SumsOfRegisters) {
  auto plan = plan_of_text("p:e /bin/bash:0x10 x=+8(%di)");
  FetchOperation& first = plan->argument_sets[0][0].operations[0];
  first.index = "si";
  EXPECT_TRUE(check_for_bpf(*plan, "x86_64").ok());
  first.name.clear();
  EXPECT_TRUE(check_for_bpf(*plan, "x86_64").ok());
  first.index = "x1";
  EXPECT_EQ(check_for_bpf(*plan, "x86_64").error().message, "x86_64 has no register x1");
}

// As one of a list it is left out.
TEST(BpfCheck, ListsLeaveOutWhatCannotBeFetched) {
  auto plan = plan_of_text("p:e /bin/bash:0x10 x=%di y=%si");
  FetchArgument& argument = plan->argument_sets[0][0];
  argument.operations[0].register_class = FetchOperation::RegisterClass::Vector;
  argument.operations[0].name = "xmm0";
  argument.source.listed = true;
  auto hazards = fit_to_bpf(*plan, "x86_64");
  ASSERT_TRUE(hazards.ok());
  ASSERT_EQ(hazards->size(), 1u);
  EXPECT_EQ(hazards->front().message.substr(0, 12), "x is in xmm0");
  ASSERT_EQ(plan->arguments().size(), 1u);
  EXPECT_EQ(plan->arguments()[0].name, "y");
}

TEST(BpfCheck, RegistersOfOtherMachines) {
  EXPECT_EQ(verdict("a=%di", "aarch64"),
            "error: aarch64 has no register di\n"
            "  p:e /bin/bash:0x10 a=%di\n"
            "                       ^~~\n"
            "  help: name one of its general registers\n");
  EXPECT_EQ(verdict("a=$stack", "riscv64"),
            "error: no programs are made for machines of type riscv64\n  help: record with --via tracefs\n");
}

TEST(BpfCheck, ArraysAreInMemory) {
  auto plan = plan_of_text("p:e /bin/bash:0x10 x=%di");
  plan->argument_sets[0][0].type.array_count = 4;
  EXPECT_EQ(check_for_bpf(*plan, "x86_64").error().message, "an array is in memory, and this is a value");
}

}  // namespace
}  // namespace uproar
