// What BPF cannot do with a plan, said on the user's text. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"

namespace uproar {

// Error, underlined in plan.definition: a vector register, a register that the machine does not have, a type of the
// kernel's that has no values in programs, more than a record can hold.
Result<void> check_for_bpf(const ProbePlan& plan, std::string_view machine);

// Makes `plan` one that BPF can run: what $params and $vars list and it cannot fetch is left out, with a Note for each.
// Error: as check_for_bpf.
Result<Hazards> fit_to_bpf(ProbePlan& plan, std::string_view machine);

}  // namespace uproar
