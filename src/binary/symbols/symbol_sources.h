// The symbols of a file from all that this machine knows of it.
#pragma once

#include "base/result.h"
#include "binary/elf/elf_file.h"
#include "binary/symbols/symbol_tables.h"

struct Elf;

namespace uproar {

struct GatheredSymbols {
  SymbolTables tables;  // sorted
  SymbolOrigin origin;
};

// .symtab and .dynsym of `elf`, the file's own handle; without .symtab also the separate debug file, else
// .gnu_debugdata, else .gopclntab. Error: only of the file's own tables. Nothing is downloaded.
Result<GatheredSymbols> gather_symbols(const ElfFile& file, Elf* elf);

// Asks servers for the debug file where nothing local told more than .dynsym does, and adds what it has.
void add_symbols_of_servers(const ElfFile& file, GatheredSymbols& symbols);

}  // namespace uproar
