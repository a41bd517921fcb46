// Which back ends can run a plan here, and why the others cannot. Pure.
#pragma once

#include <string>
#include <vector>

#include "lower/capabilities.h"
#include "plan/probe_plan.h"

namespace uproar {

struct BackendChoice {
  std::string name;  // tracefs, trace_pipe, perf, bpf
  bool possible = false;
  std::string reason;  // why not; empty if possible
};

// In the order of preference. This version records through tracefs and trace_pipe; perf and bpf say so.
std::vector<BackendChoice> judge_backends(const ProbePlan& plan, const Capabilities& capabilities);

}  // namespace uproar
