#include "resolve/arguments/static_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_texts.h"
#include "binary/symbols/symbols.h"

namespace uproar {
namespace {

constexpr size_t kShownCandidates = 8;

using Operation = FetchOperation::Kind;

FetchOperation operation(Operation kind, uint64_t number) {
  return {kind, static_cast<int64_t>(number), {}, false};
}

// What the kernel adds to @+OFF. Modulo 2^64, as its own sum.
uint64_t base_of(const ArgumentContext& context) {
  return context.code.vaddr - context.code.file_offset;
}

std::vector<FetchOperation> by_pointer(const DataPointer& pointer, uint64_t distance,
                                       const ArgumentContext& context) {
  return {operation(Operation::FileOffset, pointer.slot - base_of(context)),
          operation(Operation::Dereference, distance)};
}

std::vector<const ElfSymbol*> named(const std::vector<ElfSymbol>& symbols, const std::string& name,
                                    bool exported) {
  auto found = find_by_name(symbols, name);
  auto leave = [&](auto unwanted) {
    found.erase(std::remove_if(found.begin(), found.end(), unwanted), found.end());
  };
  if (exported) leave([](const ElfSymbol* each) { return !each->is_global; });
  // A copy of a library's is told with the version that it was copied of.
  if (exported && found.size() > 1) leave([](const ElfSymbol* each) { return !each->is_default_version; });
  return found;
}

Error not_here(const std::string& symbol, ElfFile& file, const std::vector<ElfSymbol>& symbols,
               const TextSpan& where) {
  const auto& imported = file.imported_names();
  if (std::binary_search(imported.begin(), imported.end(), symbol)) {
    return where.error(
        fmt::format("{} is not in {}, which takes it from a shared library", symbol, file.path()),
        "probe a function of that library to read it");
  }
  std::vector<std::string> names;
  for (const ElfSymbol& each : symbols) {
    if (each.is_object) names.push_back(each.name);
  }
  std::string message = fmt::format("{} has no variable {}", file.path(), symbol);
  if (!file.has_symtab()) message += fmt::format(" (it is stripped: {} variables have names)", names.size());
  return where.error(std::move(message), did_you_mean(near_texts(names, symbol)));
}

}  // namespace

std::vector<FetchOperation> data_at(uint64_t vaddr, int64_t distance, const ArgumentContext& context) {
  ElfFile& file = context.file.elf();
  const auto& pointers = file.data_pointers();
  auto pointer = std::find_if(pointers.begin(), pointers.end(), [&](const DataPointer& each) {
    return each.is_defined && vaddr >= each.vaddr && vaddr - each.vaddr < std::max<uint64_t>(each.size, 1);
  });
  const auto further = static_cast<uint64_t>(distance);
  if (pointer != pointers.end()) return by_pointer(*pointer, vaddr - pointer->vaddr + further, context);
  return {operation(Operation::FileOffset, vaddr + further - base_of(context))};
}

bool has_data(const std::string& symbol, bool exported, const ArgumentContext& context) {
  ElfFile& file = context.file.elf();
  auto read = file.symbols();
  if (!read.ok()) return false;
  const auto& pointers = file.data_pointers();
  const auto found = named(**read, symbol, exported);
  return std::any_of(found.begin(), found.end(),
                     [](const ElfSymbol* each) { return !each->is_function && !each->is_label; }) ||
         std::any_of(pointers.begin(), pointers.end(),
                     [&](const DataPointer& each) { return each.name == symbol; });
}

Result<std::vector<FetchOperation>> data_of_symbol(const std::string& symbol, int64_t distance, bool exported,
                                                   const TextSpan& where, const ArgumentContext& context) {
  ElfFile& file = context.file.elf();
  auto read = file.symbols();
  if (!read.ok()) return where.error(read.error());
  const std::vector<ElfSymbol>& symbols = **read;
  auto found = named(symbols, symbol, exported);
  if (found.size() == 1) return data_at(found[0]->vaddr, distance, context);
  if (found.empty()) {
    for (const DataPointer& each : file.data_pointers()) {
      if (each.name == symbol) return by_pointer(each, static_cast<uint64_t>(distance), context);
    }
    return not_here(symbol, file, symbols, where);
  }
  std::vector<std::string> places;
  places.reserve(found.size());
  for (const ElfSymbol* each : found) {
    places.push_back(fmt::format("@+0x{:x} (at 0x{:x})", each->vaddr - base_of(context), each->vaddr));
  }
  return where.error(fmt::format("{} names {} places of {}", symbol, found.size(), file.path()),
                     fmt::format("choose one: {}", short_list(places, kShownCandidates)));
}

}  // namespace uproar
