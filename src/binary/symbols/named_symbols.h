// The symbols of a file that a name means. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "binary/elf/elf_file.h"
#include "binary/symbols/function_names.h"

namespace uproar {

// Functions and labels, or else data, that fit best: one for each address, sorted by address. Where several
// versions of one name remain, those that are not the default are left out.
struct NamedSymbols {
  NameMatch how = NameMatch::None;
  std::vector<const ElfSymbol*> code;
  const ElfSymbol* data = nullptr;  // only when nothing else fits
};
NamedSymbols find_named(const std::vector<ElfSymbol>& symbols, std::string_view name);

// Whether they are the constructors or destructors that a compiler makes of a single one of the source:
// different symbols that read the same. `code` is not empty.
bool are_variants(const std::vector<const ElfSymbol*>& code);

}  // namespace uproar
