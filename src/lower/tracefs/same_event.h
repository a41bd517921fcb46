// Whether two definitions can be one event of the kernel. Pure.
#pragma once

#include <string>

#include "plan/probe_plan.h"

namespace uproar {

// Why the kernel would not add the places of `more` to the event of `first`, in words that follow the event's
// name; empty if it would: same kind, same names and types of the arguments, other places (kernel:
// kernel/trace/trace_uprobe.c append_trace_uprobe).
std::string why_not_one_event(const ProbePlan& first, const ProbePlan& more);

}  // namespace uproar
