// Internal to this folder: the stack machine of DWARF expressions over symbolic numbers.
#pragma once

#include "binary/dwarf/dwarf_location.h"

namespace uproar {

// What the expression (or the entry of the location list at the context's pc) of `attribute` says. Ends after
// a bounded number of operations, those of expressions that it refers to included.
Location evaluate(Dwarf_Attribute& attribute, const LocationContext& context);

}  // namespace uproar
