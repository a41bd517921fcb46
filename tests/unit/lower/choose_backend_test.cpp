#include "lower/choose_backend.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

Capabilities everything() {
  Capabilities capabilities;
  capabilities.tracefs_mounted = capabilities.tracefs_accessible = true;
  capabilities.tracefs_path = "/sys/kernel/tracing";
  capabilities.uprobe_events_present = capabilities.uprobe_events_writable = capabilities.instances_writable =
      true;
  capabilities.lockdown = "none";
  capabilities.cap_perfmon = capabilities.cap_bpf = true;
  capabilities.bpf_syscall = capabilities.uprobe_multi = true;
  return capabilities;
}

ProbePlan plan() {
  ProbePlan plan;
  plan.sites.emplace_back();
  return plan;
}

BackendChoice choice(const Capabilities& capabilities, const std::string& name) {
  for (const BackendChoice& each : judge_backends(plan(), capabilities)) {
    if (each.name == name) return each;
  }
  return {};
}

TEST(ChooseBackend, OrderIsThatOfPreference) {
  std::vector<std::string> names;
  for (const BackendChoice& each : judge_backends(plan(), everything())) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string>{"tracefs", "trace_pipe", "perf", "bpf"}));
}

TEST(ChooseBackend, TracefsIsPossibleWhereNothingIsMissing) {
  for (const char* name : {"tracefs", "trace_pipe"}) {
    EXPECT_TRUE(choice(everything(), name).possible);
    EXPECT_EQ(choice(everything(), name).reason, "");
  }
}

TEST(ChooseBackend, EachObstacleHasItsReason) {
  struct Row {
    void (*take)(Capabilities&);
    const char* reason;
  };
  const Row rows[] = {
      {[](Capabilities& c) { c.lockdown = "confidentiality"; },
       "kernel lockdown is \"confidentiality\", which closes tracefs"},
      {[](Capabilities& c) { c.tracefs_mounted = false; }, "tracefs is not mounted"},
      {[](Capabilities& c) { c.tracefs_accessible = false; }, "this user may not enter /sys/kernel/tracing"},
      {[](Capabilities& c) { c.uprobe_events_present = false; },
       "the kernel has no uprobe_events (it was built without CONFIG_UPROBE_EVENTS)"},
      {[](Capabilities& c) { c.uprobe_events_writable = false; },
       "this user may not write /sys/kernel/tracing/uprobe_events"},
      {[](Capabilities& c) { c.instances_writable = false; },
       "this user may not make folders in /sys/kernel/tracing/instances"},
  };
  for (const Row& row : rows) {
    Capabilities capabilities = everything();
    row.take(capabilities);
    for (const char* name : {"tracefs", "trace_pipe"}) {
      EXPECT_FALSE(choice(capabilities, name).possible);
      EXPECT_EQ(choice(capabilities, name).reason, row.reason);
    }
  }
}

TEST(ChooseBackend, IntegrityLockdownForbidsNothing) {
  Capabilities capabilities = everything();
  capabilities.lockdown = "integrity";
  EXPECT_TRUE(choice(capabilities, "tracefs").possible);
}

TEST(ChooseBackend, BpfSaysWhatForbidsIt) {
  EXPECT_TRUE(choice(everything(), "bpf").possible);
  struct Row {
    void (*take)(Capabilities&);
    const char* reason;
  };
  const Row rows[] = {
      {[](Capabilities& c) { c.bpf_syscall = false; },
       "the kernel has no BPF (it was built without CONFIG_BPF_SYSCALL)"},
      {[](Capabilities& c) { c.lockdown = "confidentiality"; },
       "kernel lockdown is \"confidentiality\", which forbids BPF programs to read memory"},
      {[](Capabilities& c) { c.cap_bpf = c.cap_perfmon = false; },
       "this user has neither CAP_BPF nor CAP_PERFMON"},
      {[](Capabilities& c) { c.cap_bpf = false; }, "this user has CAP_PERFMON, but not CAP_BPF"},
      {[](Capabilities& c) { c.cap_perfmon = false; }, "this user has CAP_BPF, but not CAP_PERFMON"},
      {[](Capabilities& c) { c.bpf_refused = true; },
       "the kernel refuses programs of this user, whose capabilities are of a user namespace"},
      {[](Capabilities& c) { c.uprobe_multi = false; },
       "the kernel has no uprobe_multi links, which came with Linux 6.6"},
  };
  for (const Row& row : rows) {
    Capabilities capabilities = everything();
    row.take(capabilities);
    EXPECT_FALSE(choice(capabilities, "bpf").possible);
    EXPECT_EQ(choice(capabilities, "bpf").reason, row.reason);
  }
}

TEST(ChooseBackend, PerfSaysWhatForbidsIt) {
  EXPECT_TRUE(choice(everything(), "perf").possible);
  Capabilities capabilities = everything();
  capabilities.cap_perfmon = false;
  capabilities.perf_event_paranoid = 2;
  EXPECT_EQ(choice(capabilities, "perf").reason,
            "perf_event_paranoid is 2 and this user has neither CAP_PERFMON nor CAP_SYS_ADMIN");
  capabilities.cap_sys_admin = true;
  EXPECT_EQ(choice(capabilities, "perf").reason, "");
}

TEST(ChooseBackend, AutoTakesWhatCan) {
  Capabilities capabilities = everything();
  auto chosen = choose_backend(judge_backends(plan(), capabilities, {.call_chains = true}), "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(*chosen, Backend::Bpf);
  capabilities.uprobe_multi = false;
  chosen = choose_backend(judge_backends(plan(), capabilities, {.call_chains = true}), "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(*chosen, Backend::Perf);
  const Error refused =
      choose_backend(judge_backends(plan(), capabilities, {.call_chains = true}), "tracefs").error();
  EXPECT_EQ(refused.message,
            "cannot record via tracefs: it takes no call chains (-g): programs of BPF and perf events do");
  EXPECT_EQ(refused.remedy, "use --via bpf or perf, or leave --via out");
  // No instance can be made, events can be defined.
  capabilities.instances_writable = false;
  chosen = choose_backend(judge_backends(plan(), capabilities), "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(*chosen, Backend::Perf);
}

TEST(ChooseBackend, PlanWithoutPlacesCannotRun) {
  auto choices = judge_backends(ProbePlan{}, everything());
  EXPECT_FALSE(choices[0].possible);
  EXPECT_EQ(choices[0].reason, "the probe has no place");
}

TEST(ChooseBackend, AutoIsTheFirstThatIsPossible) {
  const auto choices = judge_backends(everything());
  auto chosen = choose_backend(choices, "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(*chosen, Backend::Tracefs);
  chosen = choose_backend(choices, "trace_pipe");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(*chosen, Backend::TracePipe);
}

TEST(ChooseBackend, RefusalSaysWhatStandsInTheWay) {
  Capabilities capabilities = everything();
  capabilities.instances_writable = capabilities.cap_perfmon = false;
  for (const char* wanted : {"auto", "tracefs"}) {
    auto refused = choose_backend(judge_backends(capabilities), wanted);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message,
              "cannot record via tracefs: this user may not make folders in /sys/kernel/tracing/instances");
  }
  capabilities.uprobe_multi = false;
  EXPECT_EQ(choose_backend(judge_backends(capabilities), "bpf").error().message,
            "cannot record via bpf: this user has CAP_BPF, but not CAP_PERFMON");
}

TEST(ChooseBackend, WhatIsBuiltIsSaidOnce) {
  for (const BackendChoice& each : judge_backends(plan(), everything()))
    EXPECT_EQ(each.possible, is_built(each.name)) << each.name;
  EXPECT_TRUE(is_built("auto"));
}

TEST(ChooseBackend, PerfNeedsACapabilityOrAKernelThatTrustsEverybody) {
  Capabilities capabilities = everything();
  EXPECT_EQ(perf_obstacle(capabilities), "");
  capabilities.cap_perfmon = false;
  EXPECT_EQ(perf_obstacle(capabilities),
            "perf_event_paranoid cannot be read and this user has neither CAP_PERFMON nor CAP_SYS_ADMIN");
  capabilities.perf_event_paranoid = -1;
  EXPECT_EQ(perf_obstacle(capabilities), "");
  capabilities.tracefs_accessible = false;
  EXPECT_EQ(perf_obstacle(capabilities), "this user may not enter /sys/kernel/tracing");
}

}  // namespace
}  // namespace uproar
