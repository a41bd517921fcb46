// Internal to this folder: the stack machine of DWARF expressions over symbolic numbers.
#pragma once

#include "binary/dwarf_location.h"

namespace uproar {

// What the expression (or the entry of the location list at the context's pc) of `attribute` says. `depth`
// counts expressions in expressions and ends at a small number.
Location evaluate(Dwarf_Attribute& attribute, const LocationContext& context, int depth);

}  // namespace uproar
