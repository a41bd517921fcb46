// Which back ends can run plans here, why the others cannot, and which one auto takes: one set of rules for
// explain, record and doctor. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lower/capabilities.h"
#include "plan/probe_plan.h"

namespace uproar {

enum class Backend : uint8_t { Tracefs, TracePipe, Perf, Bpf };

struct BackendChoice {
  Backend backend = Backend::Tracefs;
  std::string name;  // tracefs, trace_pipe, perf, bpf
  bool possible = false;
  std::string reason;  // why not; empty if possible
  std::string merit;   // why auto takes it before those ahead of it; empty: it does not
};

// The first thing of the machine that keeps a back end from working, in words; empty: nothing. Whether this
// version has the back end is another question.
std::string tracefs_obstacle(const Capabilities& capabilities);
// To open an event of other tasks with raw samples (kernel: kernel/events/core.c perf_event_open,
// perf_allow_tracepoint) and, since whoever reads the records the arguments of an event are fetched by its
// definition in tracefs, what stands in the way of that. No trace instance is needed.
std::string perf_obstacle(const Capabilities& capabilities);
std::string bpf_obstacle(const Capabilities& capabilities);

// What is asked for besides the events themselves.
struct CaptureWishes {
  bool call_chains = false;
  bool filtered = false;            // some events have a filter
  bool defined_events = false;      // some events are there already
  bool cpus_chosen = false;         // -C
  bool in_a_pid_namespace = false;  // whose numbers are not the kernel's
};

// In the order of preference: of a back end that has no merit, the first that is possible is taken.
// Without plans: of events that are defined already.
std::vector<BackendChoice> judge_backends(const Capabilities& capabilities, const CaptureWishes& wishes = {});
// Of events that one back end is to run together. The plans are not fitted to any.
std::vector<BackendChoice> judge_backends(std::span<const ProbePlan* const> plans,
                                          const Capabilities& capabilities, const CaptureWishes& wishes = {});

// Whether this version can record through the back end of that name, wherever it runs. "auto" is one.
bool is_built(std::string_view name);

// The back end that `wanted` names; for "auto" the first with a merit that is possible, else the first that is
// possible. Error: it is not possible, or none is. The result points into `choices`.
Result<const BackendChoice*> choose_backend(const std::vector<BackendChoice>& choices,
                                            std::string_view wanted);

}  // namespace uproar
