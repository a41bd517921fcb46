// Which back ends can run a plan here, and why the others cannot: one set of rules for explain, record and
// doctor. Pure.
#pragma once

#include <cstdint>
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
};

// In the order of preference.
// Without a plan: of events that are defined already.
std::vector<BackendChoice> judge_backends(const Capabilities& capabilities, const CaptureWishes& wishes = {});
std::vector<BackendChoice> judge_backends(const ProbePlan& plan, const Capabilities& capabilities,
                                          const CaptureWishes& wishes = {});

// Whether this version can record through the back end of that name, wherever it runs. "auto" is one.
bool is_built(std::string_view name);

// The back end that `wanted` names, for "auto" the first that is possible. Error: it is not possible, or none
// is.
Result<Backend> choose_backend(const std::vector<BackendChoice>& choices, std::string_view wanted);

}  // namespace uproar
