#include "lower/choose_backend.h"

#include <fmt/format.h>

namespace uproar {
namespace {

constexpr const char* kNotBuilt = "not built yet: this version records through tracefs";

bool is_confidential(const Capabilities& capabilities) {
  return capabilities.lockdown == "confidentiality";
}

// The first thing that keeps events from being defined and read in an instance; empty: nothing.
std::string tracefs_obstacle(const Capabilities& capabilities) {
  if (is_confidential(capabilities)) return "kernel lockdown is \"confidentiality\", which closes tracefs";
  if (!capabilities.tracefs_mounted) return "tracefs is not mounted";
  if (!capabilities.tracefs_accessible) {
    return fmt::format("this user may not enter {}", capabilities.tracefs_path);
  }
  if (!capabilities.uprobe_events_present) {
    return "the kernel has no uprobe_events (it was built without CONFIG_UPROBE_EVENTS)";
  }
  if (!capabilities.uprobe_events_writable) {
    return fmt::format("this user may not write {}/uprobe_events", capabilities.tracefs_path);
  }
  if (!capabilities.instances_writable) {
    return fmt::format("this user may not make folders in {}/instances", capabilities.tracefs_path);
  }
  return {};
}

std::string perf_obstacle(const Capabilities& capabilities) {
  if (is_confidential(capabilities))
    return "kernel lockdown is \"confidentiality\", which forbids perf_event_open";
  bool privileged = capabilities.cap_perfmon || capabilities.cap_sys_admin;
  if (!privileged && capabilities.perf_event_paranoid > -1) {
    return fmt::format("perf_event_paranoid is {} and this user has neither CAP_PERFMON nor CAP_SYS_ADMIN",
                       capabilities.perf_event_paranoid);
  }
  // The arguments of an event are fetched by its tracefs definition, whoever reads the records.
  return tracefs_obstacle(capabilities);
}

BackendChoice judge(const char* name, std::string obstacle) {
  bool possible = obstacle.empty();
  return {name, possible, std::move(obstacle)};
}

}  // namespace

std::vector<BackendChoice> judge_backends(const ProbePlan& plan, const Capabilities& capabilities) {
  std::string perf = kNotBuilt;
  std::string obstacle = perf_obstacle(capabilities);
  if (!obstacle.empty()) perf += "; " + obstacle;
  std::string unusable = plan.sites.empty() ? "the probe has no place" : tracefs_obstacle(capabilities);
  return {judge("tracefs", unusable), judge("trace_pipe", unusable), judge("perf", perf),
          judge("bpf", kNotBuilt)};
}

}  // namespace uproar
