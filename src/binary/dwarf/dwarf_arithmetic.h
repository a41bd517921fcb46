// Internal to this folder: what the operators of DWARF expressions make of symbolic numbers. Pure.
#pragma once

#include <optional>

#include "binary/dwarf/dwarf_location.h"

namespace uproar {

// `left` and `right` under one of DW_OP_plus … DW_OP_shra. Nothing where the result is no number of the
// running program with a constant added, which is all that a probe can fetch.
std::optional<Symbolic> combine(unsigned atom, Symbolic left, Symbolic right);

}  // namespace uproar
