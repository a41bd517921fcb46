// Traps of single places: their instruction, their function, their language.
#pragma once

#include "resolve/hazards/hazard_context.h"
#include "resolve/hazards/hazard_list.h"

namespace uproar {

void add_place_hazards(const HazardContext& context, HazardList& list);

}  // namespace uproar
