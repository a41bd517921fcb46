// What tracefs cannot do with a plan, said on the user's text. Pure.
#pragma once

#include "base/result.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"

namespace uproar {

// Makes `plan` one that tracefs can run: what $params and $vars list and it cannot fetch is left out, with a
// Note for each. Besides them the hazards are those that only tracefs has.
//
// Error, underlined in plan.definition: a limit that is exceeded (tracefs_limits.h), a vector register, a
// type that the kernel does not have. Whether the kernel's form of an argument is too long shows in
// kernel_arguments() only.
Result<Hazards> fit_to_tracefs(ProbePlan& plan);

}  // namespace uproar
