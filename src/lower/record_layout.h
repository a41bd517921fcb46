// What the records of a plan's event look like, whichever back end writes them. Pure.
#pragma once

#include "event/event_schema.h"
#include "lower/tracefs/tracefs_arguments.h"
#include "plan/probe_plan.h"

namespace uproar {

// The schema that parse_event_format() makes of the kernel's format text for the event that `arguments`, of
// this plan, define: fields with kinds, sizes, counts and offsets, the helpers among them. Without what only
// a defined event has, its number and its text.
EventSchema record_layout(const ProbePlan& plan, const KernelArguments& arguments);

}  // namespace uproar
