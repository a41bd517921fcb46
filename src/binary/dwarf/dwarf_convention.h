// Internal to this folder: where a calling convention of x86-64 puts a function's parameters, by their types.
#pragma once

#include <optional>
#include <vector>

#include "binary/dwarf/dwarf_location.h"
#include "binary/types/dwarf_types.h"

namespace uproar {

enum class CallingConvention : uint8_t { SystemV, Windows };

struct PassedParameter {
  Dwarf_Die die{};
  Location location;         // at the function's first instruction; Unavailable: not known, or passed nowhere
  uint32_t position = 0;     // Windows: which of the positions it takes, counted from 0 …
  bool is_floating = false;  // … and whether in the vector registers
};

// The parameters of `function` (a DIE with code, in C, C++ or Objective-C), in their order; nothing where what it
// returns, or a parameter before, is of a type whose way is not known. System V: psABI 3.2.3, with classes by the
// eight bytes; Windows: four positions, then the stack behind the room for those four.
std::vector<PassedParameter> passed_parameters(Dwarf_Die& function, CallingConvention convention,
                                               DwarfTypes& types);

// The convention that the producer tells, if it does: clang does, gcc does not.
std::optional<CallingConvention> told_convention(Dwarf_Die& function);

}  // namespace uproar
