// Internal to this folder: the stack machine of DWARF expressions over symbolic numbers.
#pragma once

#include "binary/dwarf/dwarf_location.h"
#include "binary/units/dwarf_file.h"

namespace uproar {

// What an expression refers to.
struct LocationContext {
  DwarfFile& file;
  Dwarf_Addr pc = 0;      // DWARF's numbering
  Dwarf_Die function{};   // whose frame base counts; addr null: none
  bool at_entry = false;  // pc is the first instruction of the function
  int language = 0;       // DW_LANG_… of the code
};

// What the expression (or the entry of the location list at the context's pc) of `attribute` says. Ends after
// a bounded number of operations, those of expressions that it refers to included.
Location evaluate(Dwarf_Attribute& attribute, const LocationContext& context);

// Whether the attribute has one expression for all addresses, and no list.
bool is_one_expression(Dwarf_Attribute& attribute);

// What one operation of an expression that is followed elsewhere makes of nothing: a place in the frame, behind
// a register, in the file.
Location evaluate_one(Dwarf_Attribute& attribute, const Dwarf_Op& operation, const LocationContext& context);

// The canonical frame address at the context's pc; false: there is no rule for it.
bool canonical_frame_address(const LocationContext& context, Symbolic& address);

}  // namespace uproar
