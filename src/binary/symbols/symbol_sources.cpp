#include "binary/symbols/symbol_sources.h"

#include <algorithm>
#include <array>

#include "binary/elf/debug_files.h"
#include "binary/elf/elf_handle.h"
#include "binary/symbols/go_symbols.h"
#include "binary/symbols/mini_debug_info.h"

namespace uproar {
namespace {

constexpr size_t kMaxPackedSection = size_t{64} << 20;
constexpr size_t kMaxGoTable = size_t{1} << 30;

// The addresses of a debug file are those of the program; a damaged one adds nothing.
bool add_image(Elf* elf, const std::string& path, uint64_t size, SymbolTables& tables) {
  SymbolTables more;
  if (!read_symbol_tables(elf, path, size, more).ok() || more.defined.empty()) return false;
  std::move(more.defined.begin(), more.defined.end(), std::back_inserter(tables.defined));
  return true;
}

bool add_debug_file(DebugFileSearch search, GatheredSymbols& symbols) {
  symbols.origin.mismatch = std::move(search.mismatch);
  symbols.origin.tried = std::move(search.tried);
  if (search.path.empty()) return false;
  auto opened = open_elf(search.path);
  if (!opened || !add_image(opened->elf.get(), search.path, opened->size, symbols.tables)) return false;
  symbols.origin.debug_file = std::move(search.path);
  return true;
}

bool add_mini_debug_info(const ElfFile& file, GatheredSymbols& symbols) {
  auto packed = file.section_bytes(".gnu_debugdata", kMaxPackedSection);
  if (!packed) return false;
  auto unpacked = unpack_mini_debug_info(*packed);
  if (!unpacked.ok()) return false;
  ElfHandle elf = read_elf(*unpacked);
  symbols.origin.mini_debug_info =
      elf && add_image(elf.get(), ".gnu_debugdata of " + file.path(), unpacked->size(), symbols.tables);
  return symbols.origin.mini_debug_info;
}

uint64_t start_of_code(const ElfFile& file) {
  for (const ElfSection& section : file.sections()) {
    if (section.name != ".text") continue;
    for (const LoadSegment& segment : file.segments()) {
      if (section.file_offset >= segment.file_offset &&
          section.file_offset - segment.file_offset < segment.file_size)
        return section.file_offset - segment.file_offset + segment.vaddr;
    }
  }
  return 0;
}

bool add_go_functions(const ElfFile& file, GatheredSymbols& symbols) {
  for (const char* name : {".gopclntab", ".data.rel.ro.gopclntab"}) {
    auto table = file.section_bytes(name, kMaxGoTable);
    if (!table) continue;
    auto functions = parse_go_functions(*table, start_of_code(file));
    if (!functions.ok() || functions->empty()) continue;
    std::move(functions->begin(), functions->end(), std::back_inserter(symbols.tables.defined));
    symbols.origin.go_table = true;
  }
  return symbols.origin.go_table;
}

void tidy(SymbolTables& tables) {
  sort_and_join(tables.defined);
  std::sort(tables.imported.begin(), tables.imported.end());
  tables.imported.erase(std::unique(tables.imported.begin(), tables.imported.end()), tables.imported.end());
}

}  // namespace

Result<GatheredSymbols> gather_symbols(const ElfFile& file, Elf* elf) {
  GatheredSymbols symbols;
  TRY(read_symbol_tables(elf, file.path(), file.size(), symbols.tables));
  if (!file.has_symtab()) {
    // The debug file has all names, .gnu_debugdata those of functions.
    if (!add_debug_file(find_local_debug_file(file), symbols) && !add_mini_debug_info(file, symbols))
      add_go_functions(file, symbols);
  }
  tidy(symbols.tables);
  return symbols;
}

void add_symbols_of_servers(const ElfFile& file, GatheredSymbols& symbols) {
  const SymbolOrigin& origin = symbols.origin;
  if (file.has_symtab() || origin.mini_debug_info || origin.go_table || !origin.debug_file.empty()) return;
  if (add_debug_file(find_debug_file(file), symbols)) tidy(symbols.tables);
}

}  // namespace uproar
