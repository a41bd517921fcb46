#include "lower/choose_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace uproar {
namespace {

constexpr const char* kNoCallChains = "it takes no call chains (-g): programs of BPF and perf events do";

bool is_confidential(const Capabilities& capabilities) {
  return capabilities.lockdown == "confidentiality";
}

BackendChoice judge(Backend backend, const char* name, std::string obstacle) {
  bool possible = obstacle.empty();
  return {backend, name, possible, std::move(obstacle)};
}

}  // namespace

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
  const bool privileged = capabilities.cap_perfmon || capabilities.cap_sys_admin;
  if (!privileged && capabilities.perf_event_paranoid != -1) {
    const std::string level = capabilities.perf_event_paranoid < -1
                                  ? "cannot be read"
                                  : fmt::format("is {}", capabilities.perf_event_paranoid);
    return fmt::format("perf_event_paranoid {} and this user has neither CAP_PERFMON nor CAP_SYS_ADMIN",
                       level);
  }
  // Definitions and formats are tracefs's; the records are not.
  Capabilities without_instances = capabilities;
  without_instances.instances_writable = true;
  return tracefs_obstacle(without_instances);
}

std::string bpf_obstacle(const Capabilities& capabilities) {
  if (!capabilities.bpf_syscall) return "the kernel has no BPF (it was built without CONFIG_BPF_SYSCALL)";
  if (is_confidential(capabilities)) {
    return "kernel lockdown is \"confidentiality\", which forbids BPF programs to read memory";
  }
  if (!capabilities.cap_sys_admin) {
    if (!capabilities.cap_bpf && !capabilities.cap_perfmon)
      return "this user has neither CAP_BPF nor CAP_PERFMON";
    if (!capabilities.cap_bpf) return "this user has CAP_PERFMON, but not CAP_BPF";
    if (!capabilities.cap_perfmon) return "this user has CAP_BPF, but not CAP_PERFMON";
  }
  if (capabilities.bpf_refused)
    return "the kernel refuses programs of this user, whose capabilities are of a user namespace";
  if (!capabilities.uprobe_multi) return "the kernel has no uprobe_multi links, which came with Linux 6.6";
  return {};
}

std::vector<BackendChoice> judge_backends(const Capabilities& capabilities, const CaptureWishes& wishes) {
  std::string tracefs = tracefs_obstacle(capabilities);
  if (tracefs.empty() && wishes.call_chains) tracefs = kNoCallChains;
  std::vector<BackendChoice> choices = {judge(Backend::Tracefs, "tracefs", tracefs),
                                        judge(Backend::TracePipe, "trace_pipe", tracefs),
                                        judge(Backend::Perf, "perf", perf_obstacle(capabilities)),
                                        judge(Backend::Bpf, "bpf", bpf_obstacle(capabilities))};
  // A chain of perf's misses callers of functions that do not begin with push %rbp.
  if (wishes.call_chains) std::swap(choices[2], choices[3]);
  return choices;
}

std::vector<BackendChoice> judge_backends(const ProbePlan& plan, const Capabilities& capabilities,
                                          const CaptureWishes& wishes) {
  std::vector<BackendChoice> choices = judge_backends(capabilities, wishes);
  if (!plan.sites.empty()) return choices;
  for (BackendChoice& choice : choices) {
    if (is_built(choice.name)) choice = judge(choice.backend, choice.name.c_str(), "the probe has no place");
  }
  return choices;
}

bool is_built(std::string_view name) {
  return name == "auto" || name == "tracefs" || name == "trace_pipe" || name == "perf" || name == "bpf";
}

Result<Backend> choose_backend(const std::vector<BackendChoice>& choices, std::string_view wanted) {
  const BackendChoice* first = nullptr;  // that was asked for and cannot
  for (const BackendChoice& choice : choices) {
    if (wanted != "auto" && choice.name != wanted) continue;
    if (choice.possible) return choice.backend;
    if (!first) first = &choice;
  }
  if (!first) return Error{fmt::format("there is no back end {}", wanted), {}, "leave --via out", 0};
  return Error{fmt::format("cannot record via {}: {}", first->name, first->reason),
               {},
               first->reason == kNoCallChains ? "use --via bpf or perf, or leave --via out"
                                              : "uproar doctor shows what is missing, and what mends it",
               0};
}

}  // namespace uproar
