// Plans to BPF programs: all events of a recording share one program for each way of attaching (entry, return), or several
// where one would grow too long; a cookie says which code of it a site wants. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "lower/bpf/bpf_options.h"
#include "lower/bpf/bpf_program.h"
#include "plan/probe_plan.h"

namespace uproar {

struct BpfEvent {
  const ProbePlan* plan = nullptr;  // must outlive the call only
  std::string filter;               // the kernel's grammar (Documentation/trace/events.rst); empty: none
  // By site: where the return address of a function stands that has no frame there, from the stack pointer on, and 1
  // more; 0: it has one. Empty: 1 at the first instructions of functions, else 0.
  std::vector<uint32_t> callers = {};
};

// Error, underlined in the plan's definition or in the filter: what BPF cannot do, with the remedy.
Result<BpfPrograms> lower_bpf(std::span<const BpfEvent> events, const BpfOptions& options);

}  // namespace uproar
