// Internal to this folder: where a variable is, and what its pointer points at.
#pragma once

#include "binary/dwarf/dwarf_expression.h"
#include "binary/dwarf/dwarf_location.h"

namespace uproar {

// The location of the variable or parameter `die` (by DW_AT_location, else DW_AT_const_value) at the
// context's pc. Never fails: what cannot be had is Unavailable, and says why.
Location locate(Dwarf_Die& die, const LocationContext& context);

// The object that the pointer at `location` points at.
Location pointed_at(const Location& location, const LocationContext& context);

}  // namespace uproar
