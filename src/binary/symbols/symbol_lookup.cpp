#include "binary/symbols/symbol_lookup.h"

#include <fmt/format.h>

#include "binary/elf/address.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/symbols.h"

namespace uproar {

std::string SymbolLookup::at(const std::string& path, uint64_t file_offset) {
  auto [entry, is_new] = files_.try_emplace(path);
  if (is_new) {
    auto opened = ElfFile::open(path);
    if (opened.ok()) entry->second = std::move(*opened);
  }
  ElfFile* file = entry->second.get();
  if (!file) return {};
  auto symbols = file->symbols();
  auto vaddr = vaddr_of(file->segments(), file_offset);
  if (!symbols.ok() || !vaddr) return {};
  const ElfSymbol* function = function_at(**symbols, *vaddr);
  if (!function) return {};
  std::string name = readable_name(function->name, NameForm::Name);
  if (*vaddr == function->vaddr) return name;
  return fmt::format("{}+0x{:x}", name, *vaddr - function->vaddr);
}

}  // namespace uproar
