// Internal to binary: which classes of C++ calls may carry as their bytes.
#pragma once

#include <optional>

#include "binary/types/dwarf_types.h"

namespace uproar {

// Whether objects of the type (whatever it is) may be copied as bytes when they are passed and returned; else calls carry
// a pointer to a copy that the class's own code made (Itanium C++ ABI, "non-trivial for the purposes of calls"). Nothing:
// a part of the class is not described. As compilers tell it (DW_AT_calling_convention), else by what the class declares.
std::optional<bool> is_trivial_for_calls(DwarfTypes& types, Dwarf_Die& type);

}  // namespace uproar
