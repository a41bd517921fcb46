// .symtab and .dynsym of an ELF image to symbols.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "binary/elf/elf_file.h"

struct Elf;

namespace uproar {

struct SymbolTables {
  std::vector<ElfSymbol> defined;
  std::vector<std::string> imported;  // undefined in .dynsym
};

// Appends what the image defines and imports, in no order. Versions come from .gnu.version and its
// definitions, and from NAME@VERSION in .symtab. Error: a damaged section table, a table or name outside the
// file, sizes that make no sense.
Result<void> read_symbol_tables(Elf* elf, const std::string& path, uint64_t file_size, SymbolTables& tables);

// By address, then name; the same name, version and address once, with the properties of all.
void sort_and_join(std::vector<ElfSymbol>& symbols);

}  // namespace uproar
