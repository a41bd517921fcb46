// What the user should know about a probe although it can be made.
#pragma once

#include "binary/elf_file.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"

namespace uproar {

// Return probes in Go programs, reference counters that the kernel can never raise, immediate strings.
void add_hazards(const ProbePlan& plan, const ElfFile& file, Hazards& hazards);

}  // namespace uproar
