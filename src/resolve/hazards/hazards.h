// What the user should know about a probe although it can be made.
#pragma once

#include "plan/hazard.h"
#include "resolve/hazards/hazard_context.h"

namespace uproar {

// Every trap of HazardKind but InstructionNotChecked and those of a back end (lower/tracefs/tracefs_check.h).
// One hazard of a kind and level for all places: it names the first and counts the others.
Hazards find_hazards(const HazardContext& context);

}  // namespace uproar
