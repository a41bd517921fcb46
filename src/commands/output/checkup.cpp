#include "commands/output/checkup.h"

#include "lower/choose_backend.h"

namespace uproar {
namespace {

using Level = Finding::Level;

constexpr const char* kAsRoot = "run uproar as root: sudo uproar …";
constexpr const char* kMount = "mount -t tracefs tracefs /sys/kernel/tracing";

Finding tracefs_finding(const Capabilities& c) {
  if (!c.tracefs_mounted) {
    return {Level::Missing, "tracefs", "is not mounted", kMount, true};
  }
  if (!c.tracefs_accessible) {
    return {Level::Missing, "tracefs", "is mounted at " + c.tracefs_path + ", but this user may not enter it",
            "run uproar as root: sudo uproar …", true};
  }
  return {Level::Good, "tracefs", "mounted at " + c.tracefs_path, {}, true};
}

Finding uprobe_events_finding(const Capabilities& c) {
  if (!c.uprobe_events_present) {
    return {Level::Missing, "uprobe events",
            c.tracefs_accessible ? "this kernel has none" : "not to be seen without tracefs",
            c.tracefs_accessible ? "boot a kernel built with CONFIG_UPROBE_EVENTS=y" : "", true};
  }
  if (!c.uprobe_events_writable)
    return {Level::Missing, "uprobe events", "this user may not define any",
            "run uproar as root: sudo uproar …", true};
  return {Level::Good, "uprobe events", "can be defined", {}, true};
}

Finding instances_finding(const Capabilities& c) {
  if (!c.tracefs_accessible)
    return {Level::Missing, "trace instances", "not to be seen without tracefs", {}, true};
  if (!c.instances_writable)
    return {Level::Missing, "trace instances", "this user may not make any",
            "run uproar as root: sudo uproar …", true};
  return {Level::Good, "trace instances", "can be made", {}, true};
}

Finding ring_finding(const Capabilities& c) {
  if (c.ring_mmap) return {Level::Good, "ring buffer", "can be mapped", {}, false};
  return {Level::Limited, "ring buffer", "is read by copying: mapping needs Linux 6.10", {}, false};
}

Finding lockdown_finding(const Capabilities& c) {
  if (c.lockdown == "confidentiality") {
    return {Level::Missing, "lockdown", "is at confidentiality, which forbids tracing",
            "boot with lockdown=integrity or without it", true};
  }
  return {
      Level::Good, "lockdown", c.lockdown.empty() ? "not in this kernel" : "is at " + c.lockdown, {}, true};
}

Finding follow_finding(const Capabilities& c) {
  if (c.event_fork_option) return {Level::Good, "children", "are followed with -p and -- COMMAND", {}, false};
  return {Level::Limited,
          "children",
          "of recorded processes are not followed: the kernel has no event-fork option",
          {},
          false};
}

Finding perf_finding(const Capabilities& c) {
  if (std::string obstacle = perf_obstacle(c); !obstacle.empty()) {
    const bool mount = !c.tracefs_mounted && obstacle == tracefs_obstacle(c);
    return {Level::Limited, "perf", std::move(obstacle), mount ? kMount : kAsRoot, false};
  }
  return {Level::Good,
          "perf",
          c.perf_uprobe_pmu ? "is allowed, with the uprobe PMU" : "is allowed, without the uprobe PMU",
          {},
          false};
}

// A kernel that has no BPF, or no uprobe_multi, gives it to nobody.
bool needs_privilege(const Capabilities& c) {
  return c.bpf_syscall && !c.cap_sys_admin && !(c.cap_bpf && c.cap_perfmon);
}

Finding bpf_finding(const Capabilities& c) {
  if (std::string obstacle = bpf_obstacle(c); !obstacle.empty())
    return {Level::Limited, "BPF", std::move(obstacle), needs_privilege(c) ? kAsRoot : "", false};
  return {Level::Good, "BPF", "is allowed, with uprobe_multi", {}, false};
}

}  // namespace

std::vector<Finding> check_up(const Capabilities& c) {
  std::vector<Finding> findings;
  findings.push_back({Level::Good,
                      "kernel",
                      "Linux " + c.kernel_release + " " + c.machine + ", " + std::to_string(c.cpus) + " CPUs",
                      {},
                      false});
  findings.push_back(tracefs_finding(c));
  findings.push_back(uprobe_events_finding(c));
  findings.push_back(instances_finding(c));
  findings.push_back(lockdown_finding(c));
  findings.push_back(ring_finding(c));
  // Without tracefs its options cannot be seen, which says nothing about them.
  if (c.tracefs_accessible) findings.push_back(follow_finding(c));
  findings.push_back(perf_finding(c));
  findings.push_back(bpf_finding(c));
  return findings;
}

}  // namespace uproar
