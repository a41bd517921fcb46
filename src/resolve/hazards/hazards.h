// What the user should know about a probe although it can be made.
#pragma once

#include "binary/elf/elf_file.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"
#include "resolve/hazards/hazard_context.h"

namespace uproar {

// Every trap of HazardKind but InstructionNotChecked. One hazard of a kind and level for all places: it names
// the first and counts the others. Sizes are those of the kernel's own types; what a SizedString or
// BoundedString is lowered to is not counted.
Hazards find_hazards(const HazardContext& context);

// Those that need no code: return probes in Go programs, reference counters, immediate strings.
void add_hazards(const ProbePlan& plan, const ElfFile& file, Hazards& hazards);

}  // namespace uproar
