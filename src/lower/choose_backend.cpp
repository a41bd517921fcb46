#include "lower/choose_backend.h"

#include <fmt/format.h>

#include <algorithm>

#include "lower/bpf/bpf_check.h"
#include "lower/tracefs/tracefs_arguments.h"
#include "lower/tracefs/tracefs_check.h"

namespace uproar {
namespace {

constexpr const char* kNoCallChains = "it takes no call chains (-g): programs of BPF and perf events do";

// A chain of perf's misses callers of functions that do not begin with push %rbp.
constexpr const char* kWholeChains = "its call chains have every caller";

bool is_confidential(const Capabilities& capabilities) {
  return capabilities.lockdown == "confidentiality";
}

// Above this, making the places one by one is what a recording's beginning consists of.
constexpr size_t kManyPlaces = 100;

BackendChoice judge(Backend backend, const char* name, std::string obstacle) {
  bool possible = obstacle.empty();
  return {backend, name, possible, std::move(obstacle), {}};
}

// What the kernel's own events cannot do with a plan, and what they only seem to do.
struct TracefsVerdict {
  std::string obstacle;
  bool loses_text = false;
};

TracefsVerdict judge_for_tracefs(ProbePlan plan) {
  TracefsVerdict verdict;
  auto hazards = fit_to_tracefs(plan);
  if (!hazards.ok()) return {hazards.error().message, false};
  for (const Hazard& hazard : *hazards) {
    if (hazard.level == Hazard::Level::Refused && !hazard.overridable) return {hazard.message, false};
    verdict.loses_text |= hazard.kind == HazardKind::ImmediateString;
  }
  auto arguments = kernel_arguments(plan, Helpers::Needed);
  if (!arguments.ok()) verdict.obstacle = arguments.error().message;
  return verdict;
}

std::string obstacle_for_bpf(ProbePlan plan, std::string_view machine) {
  auto hazards = fit_to_bpf(plan, machine);
  return hazards.ok() ? std::string() : hazards.error().message;
}

// Rules look at a place more than at all of them: of a plan with thousands only what they need is copied.
ProbePlan without_most_places(const ProbePlan& plan) {
  constexpr size_t kEnough = 2;
  ProbePlan light;
  light.is_return = plan.is_return;
  light.group = plan.group;
  light.event = plan.event;
  light.definition = plan.definition;
  light.source = plan.source;
  light.argument_sets = plan.argument_sets;
  light.sites.assign(plan.sites.begin(),
                     plan.sites.begin() + static_cast<std::ptrdiff_t>(std::min(plan.sites.size(), kEnough)));
  return light;
}

// Of which the kernel's own events keep a part only.
bool has_sized_strings(const ProbePlan& plan) {
  return std::any_of(plan.arguments().begin(), plan.arguments().end(), [](const FetchArgument& argument) {
    return argument.type.kind == ValueType::Kind::SizedString ||
           argument.type.kind == ValueType::Kind::SmallString;
  });
}

// Where programs of BPF do better than the kernel's own events.
std::string merit_of_bpf(std::span<const ProbePlan* const> plans, bool loses_text,
                         const CaptureWishes& wishes) {
  if (wishes.defined_events || wishes.in_a_pid_namespace) return {};
  size_t places = 0;
  bool sized = false;
  for (const ProbePlan* plan : plans) {
    places += plan->sites.size();
    sized |= has_sized_strings(*plan);
  }
  if (places > kManyPlaces) return fmt::format("it arms {} places at once", places);
  if (sized) return "it fetches strings by their length";
  if (loses_text) return "it records immediate strings, which are (fault) via tracefs";
  if (wishes.filtered && !wishes.cpus_chosen) return "hits that a filter rejects cost least there";
  return {};
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

namespace {

BackendChoice& choice_of(Backend backend, std::vector<BackendChoice>& choices) {
  return *std::find_if(choices.begin(), choices.end(),
                       [backend](const BackendChoice& each) { return each.backend == backend; });
}

}  // namespace

std::vector<BackendChoice> judge_backends(const Capabilities& capabilities, const CaptureWishes& wishes) {
  std::string tracefs = tracefs_obstacle(capabilities);
  if (tracefs.empty() && wishes.call_chains) tracefs = kNoCallChains;
  std::vector<BackendChoice> choices = {judge(Backend::Tracefs, "tracefs", tracefs),
                                        judge(Backend::TracePipe, "trace_pipe", tracefs),
                                        judge(Backend::Perf, "perf", perf_obstacle(capabilities)),
                                        judge(Backend::Bpf, "bpf", bpf_obstacle(capabilities))};
  if (wishes.call_chains && !wishes.in_a_pid_namespace) choice_of(Backend::Bpf, choices).merit = kWholeChains;
  return choices;
}

std::vector<BackendChoice> judge_backends(std::span<const ProbePlan* const> plans,
                                          const Capabilities& capabilities, const CaptureWishes& wishes) {
  std::vector<BackendChoice> choices = judge_backends(capabilities, wishes);
  bool loses_text = false;
  for (const ProbePlan* plan : plans) {
    const ProbePlan light = without_most_places(*plan);
    const TracefsVerdict tracefs =
        light.sites.empty() ? TracefsVerdict{"the probe has no place"} : judge_for_tracefs(light);
    const std::string refused =
        light.sites.empty() ? tracefs.obstacle : obstacle_for_bpf(light, capabilities.machine);
    loses_text |= tracefs.loses_text;
    for (BackendChoice& choice : choices) {
      const std::string& obstacle = choice.backend == Backend::Bpf ? refused : tracefs.obstacle;
      if (!choice.possible) continue;
      choice.reason = obstacle;
      choice.possible = obstacle.empty();
    }
  }
  BackendChoice& bpf = choice_of(Backend::Bpf, choices);
  if (bpf.merit.empty()) bpf.merit = merit_of_bpf(plans, loses_text, wishes);
  return choices;
}

bool is_built(std::string_view name) {
  return name == "auto" || name == "tracefs" || name == "trace_pipe" || name == "perf" || name == "bpf";
}

Result<const BackendChoice*> choose_backend(const std::vector<BackendChoice>& choices,
                                            std::string_view wanted) {
  const BackendChoice* chosen = nullptr;
  const BackendChoice* refused =
      nullptr;  // the first that was asked for and cannot, for want of more than chains
  for (const BackendChoice& choice : choices) {
    if (wanted != "auto" && choice.name != wanted) continue;
    if (!choice.possible) {
      if (!refused || refused->reason == kNoCallChains) refused = &choice;
    } else if (!chosen || (chosen->merit.empty() && !choice.merit.empty())) {
      chosen = &choice;
    }
  }
  if (chosen) return chosen;
  if (!refused) return Error{fmt::format("there is no back end {}", wanted), {}, "leave --via out", 0};
  return Error{fmt::format("cannot record via {}: {}", refused->name, refused->reason),
               {},
               refused->reason == kNoCallChains ? "use --via bpf or perf, or leave --via out"
                                                : "uproar doctor shows what is missing, and what mends it",
               0};
}

}  // namespace uproar
