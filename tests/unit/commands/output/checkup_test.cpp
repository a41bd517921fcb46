#include "commands/output/checkup.h"

#include <gtest/gtest.h>

#include "lower/choose_backend.h"

namespace uproar {
namespace {

Capabilities everything() {
  Capabilities capabilities;
  capabilities.tracefs_mounted = capabilities.tracefs_accessible = true;
  capabilities.tracefs_path = "/sys/kernel/tracing";
  capabilities.uprobe_events_present = capabilities.uprobe_events_writable = capabilities.instances_writable =
      true;
  capabilities.bpf_syscall = capabilities.uprobe_multi = true;
  capabilities.cap_perfmon = capabilities.cap_bpf = true;
  capabilities.lockdown = "none";
  return capabilities;
}

bool can_record(const Capabilities& capabilities) {
  for (const Finding& finding : check_up(capabilities)) {
    if (finding.level == Finding::Level::Missing && finding.needed_to_record) return false;
  }
  return true;
}

std::string text_of(const Capabilities& capabilities, const std::string& subject) {
  for (const Finding& finding : check_up(capabilities)) {
    if (finding.subject == subject) return finding.text;
  }
  return "not told";
}

TEST(Checkup, AgreesWithTheChoiceOfBackEnds) {
  using Take = void (*)(Capabilities&);
  const Take takes[] = {[](Capabilities&) {},
                        [](Capabilities& c) { c.lockdown = "confidentiality"; },
                        [](Capabilities& c) { c.lockdown = "integrity"; },
                        [](Capabilities& c) { c.tracefs_mounted = false; },
                        [](Capabilities& c) { c.tracefs_accessible = false; },
                        [](Capabilities& c) { c.uprobe_events_present = false; },
                        [](Capabilities& c) { c.uprobe_events_writable = false; },
                        [](Capabilities& c) { c.instances_writable = false; },
                        [](Capabilities& c) { c.cap_perfmon = false; },
                        [](Capabilities& c) { c.cap_bpf = false; },
                        [](Capabilities& c) { c.uprobe_multi = false; },
                        [](Capabilities& c) { c.bpf_syscall = false; }};
  for (Take take : takes) {
    Capabilities capabilities = everything();
    take(capabilities);
    EXPECT_EQ(can_record(capabilities), tracefs_obstacle(capabilities).empty());
    const std::string perf = perf_obstacle(capabilities);
    EXPECT_EQ(text_of(capabilities, "perf"), perf.empty() ? "is allowed, without the uprobe PMU" : perf);
    const std::string bpf = bpf_obstacle(capabilities);
    EXPECT_EQ(text_of(capabilities, "BPF"), bpf.empty() ? "is allowed, with uprobe_multi" : bpf);
  }
}

TEST(Checkup, WhatIsMissingSaysWhatMendsIt) {
  Capabilities capabilities = everything();
  capabilities.tracefs_mounted = false;
  for (const Finding& finding : check_up(capabilities)) {
    if (finding.subject != "tracefs") continue;
    EXPECT_EQ(finding.remedy, "mount -t tracefs tracefs /sys/kernel/tracing");
  }
}

// Root that sees no tracefs need not become root, and the kernel is as new as it was.
TEST(Checkup, WithoutTracefsOnlyItsMountIsMissing) {
  Capabilities capabilities = everything();
  capabilities.tracefs_mounted = capabilities.tracefs_accessible = false;
  capabilities.uprobe_events_present = capabilities.uprobe_events_writable = false;
  capabilities.instances_writable = false;
  capabilities.ring_mmap = true;
  for (const Finding& finding : check_up(capabilities)) {
    EXPECT_EQ(finding.remedy.find("root"), std::string::npos) << finding.subject << ": " << finding.remedy;
    EXPECT_EQ(finding.text.find("6.10"), std::string::npos) << finding.text;
  }
}

}  // namespace
}  // namespace uproar
