// What the user should know about a probe although it can be made.
#pragma once

#include "plan/hazard.h"
#include "resolve/hazards/hazard_context.h"

namespace uproar {

// Every trap of HazardKind but InstructionNotChecked. One hazard of a kind and level for all places: it names
// the first and counts the others. Sizes are those of the kernel's own types; what a SizedString or
// BoundedString is lowered to is not counted.
Hazards find_hazards(const HazardContext& context);

}  // namespace uproar
