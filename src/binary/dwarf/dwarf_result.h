// Internal to this folder: where the result of a function is when it returns, by the calling convention of its
// language.
#pragma once

#include <optional>

#include "binary/dwarf/dwarf_location.h"
#include "binary/types/dwarf_types.h"

namespace uproar {

// Whose convention a function follows.
struct ResultRules {
  int language = 0;  // DW_LANG_…
  uint16_t elf_machine = 0;
  bool is_windows = false;  // ms_abi on x86-64
};

// Of a value of the type, which is not void, at the RET instruction of a function and behind it. Unavailable, with the reason, where the convention does not tell.
//
// C and its like: System V psABI x86-64 3.2.3, i386 psABI, AAPCS64. Go: ABIInternal (abi-internal.md); the older
// one is not for here. Rust: its own, of which what all its versions agree in.
Location result_location(DwarfTypes& types, std::optional<Dwarf_Die> type, const ResultRules& rules);

}  // namespace uproar
