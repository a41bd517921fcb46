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
  capabilities.machine = "x86_64";
  capabilities.bpf_syscall = capabilities.uprobe_multi = true;
  return capabilities;
}

ProbePlan plan() {
  ProbePlan plan;
  plan.sites.emplace_back();
  return plan;
}

std::vector<BackendChoice> judged(const ProbePlan& plan, const Capabilities& capabilities,
                                  const CaptureWishes& wishes = {}) {
  const ProbePlan* one = &plan;
  return judge_backends({&one, 1}, capabilities, wishes);
}

// What auto takes, and why.
std::string taken(const ProbePlan& plan, const CaptureWishes& wishes = {}) {
  const auto choices = judged(plan, everything(), wishes);
  auto chosen = choose_backend(choices, "auto");
  return chosen.ok() ? (*chosen)->name + ": " + (*chosen)->merit : chosen.error().message;
}

BackendChoice choice(const Capabilities& capabilities, const std::string& name) {
  for (const BackendChoice& each : judged(plan(), capabilities)) {
    if (each.name == name) return each;
  }
  return {};
}

TEST(ChooseBackend, OrderIsThatOfPreference) {
  std::vector<std::string> names;
  for (const BackendChoice& each : judged(plan(), everything())) names.push_back(each.name);
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
  const auto with_chains = judged(plan(), capabilities, {.call_chains = true});
  auto chosen = choose_backend(with_chains, "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ((*chosen)->backend, Backend::Bpf);
  EXPECT_EQ((*chosen)->merit, "its call chains have every caller");
  capabilities.uprobe_multi = false;
  const auto without_links = judged(plan(), capabilities, {.call_chains = true});
  chosen = choose_backend(without_links, "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ((*chosen)->backend, Backend::Perf);
  const Error refused = choose_backend(without_links, "tracefs").error();
  EXPECT_EQ(refused.message,
            "cannot record via tracefs: it takes no call chains (-g): programs of BPF and perf events do");
  EXPECT_EQ(refused.remedy, "use --via bpf or perf, or leave --via out");
  capabilities.cap_perfmon = false;
  EXPECT_EQ(
      choose_backend(judged(plan(), capabilities, {.call_chains = true}), "auto").error().message,
      "cannot record via perf: perf_event_paranoid cannot be read and this user has neither CAP_PERFMON nor "
      "CAP_SYS_ADMIN");
  capabilities.cap_perfmon = true;
  // No instance can be made, events can be defined.
  capabilities.instances_writable = false;
  const auto without_instances = judged(plan(), capabilities);
  chosen = choose_backend(without_instances, "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ((*chosen)->backend, Backend::Perf);
}

TEST(ChooseBackend, PlanWithoutPlacesCannotRun) {
  auto choices = judged(ProbePlan{}, everything());
  EXPECT_FALSE(choices[0].possible);
  EXPECT_EQ(choices[0].reason, "the probe has no place");
}

TEST(ChooseBackend, AutoIsTheFirstThatIsPossible) {
  const auto choices = judge_backends(everything());
  auto chosen = choose_backend(choices, "auto");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ((*chosen)->backend, Backend::Tracefs);
  chosen = choose_backend(choices, "trace_pipe");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ((*chosen)->backend, Backend::TracePipe);
}

TEST(ChooseBackend, AutoTakesBpfForWhatItDoesBetter) {
  EXPECT_EQ(taken(plan()), "tracefs: ");
  ProbePlan many = plan();
  many.sites.resize(100);
  EXPECT_EQ(taken(many), "tracefs: ");
  many.sites.resize(101);
  EXPECT_EQ(taken(many), "bpf: it arms 101 places at once");
  ProbePlan sized = plan();
  FetchArgument text;
  text.name = "text";
  text.type.kind = ValueType::Kind::SizedString;
  text.operations = {{FetchOperation::Kind::Register, 0, "si"}, {FetchOperation::Kind::Dereference}};
  text.length = {{FetchOperation::Kind::Register, 0, "dx"}};
  sized.argument_sets = {{text}};
  EXPECT_EQ(taken(sized), "bpf: it fetches strings by their length");
  EXPECT_EQ(taken(plan(), {.filtered = true}), "bpf: hits that a filter rejects cost least there");
  EXPECT_EQ(taken(plan(), {.filtered = true, .cpus_chosen = true}), "tracefs: ");
}

TEST(ChooseBackend, AutoLeavesEventsOfOthersAndForeignNumbersToTracefs) {
  EXPECT_EQ(taken(plan(), {.filtered = true, .defined_events = true}), "tracefs: ");
  EXPECT_EQ(taken(plan(), {.filtered = true, .in_a_pid_namespace = true}), "tracefs: ");
}

TEST(ChooseBackend, MeritDoesNotHelpWhereItIsNotPossible) {
  Capabilities capabilities = everything();
  capabilities.cap_bpf = false;
  const auto choices = judged(plan(), capabilities, {.filtered = true});
  EXPECT_EQ((*choose_backend(choices, "auto"))->backend, Backend::Tracefs);
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
  for (const BackendChoice& each : judged(plan(), everything()))
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
