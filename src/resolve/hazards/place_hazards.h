// Traps of single places: their instruction, their function, their language.
#pragma once

#include "resolve/hazards/hazard_list.h"
#include "resolve/hazards/hazards.h"

namespace uproar {

void add_place_hazards(const HazardContext& context, HazardList& list);

// By its sections.
bool is_go_program(const ElfFile& file);

// major * 1000 + minor of "6.18.44-fc", 0 for another text.
unsigned kernel_version(std::string_view release);

}  // namespace uproar
