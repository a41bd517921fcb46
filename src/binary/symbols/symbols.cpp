#include "binary/symbols/symbols.h"

#include <algorithm>
#include <tuple>

#include "base/near_texts.h"

namespace uproar {
namespace {

size_t leading_underscores(std::string_view name) {
  return std::min(name.find_first_not_of('_'), name.size());
}

}  // namespace

bool is_better_alias(const ElfSymbol& a, const ElfSymbol& b) {
  return std::make_tuple(!a.is_global, leading_underscores(a.name), a.name.size(), std::string_view(a.name)) <
         std::make_tuple(!b.is_global, leading_underscores(b.name), b.name.size(), std::string_view(b.name));
}

std::vector<const ElfSymbol*> find_by_name(const std::vector<ElfSymbol>& symbols, std::string_view name) {
  std::vector<const ElfSymbol*> found;
  for (const ElfSymbol& symbol : symbols) {
    if (symbol.name == name && (found.empty() || found.back()->vaddr != symbol.vaddr))
      found.push_back(&symbol);
  }
  return found;
}

const ElfSymbol* function_at(const std::vector<ElfSymbol>& symbols, uint64_t vaddr) {
  auto after =
      std::upper_bound(symbols.begin(), symbols.end(), vaddr,
                       [](uint64_t address, const ElfSymbol& symbol) { return address < symbol.vaddr; });
  bool nearest_start = true;  // only there a function without a size may claim what follows it
  const ElfSymbol* label = nullptr;
  for (auto end = after; end != symbols.begin();) {
    const uint64_t start = std::prev(end)->vaddr;
    const ElfSymbol* sized = nullptr;
    const ElfSymbol* unsized = nullptr;
    bool any_sized = false;
    bool any = false;
    for (; end != symbols.begin() && std::prev(end)->vaddr == start; --end) {
      const ElfSymbol& symbol = *std::prev(end);
      if (symbol.is_label && nearest_start && (!label || is_better_alias(symbol, *label))) label = &symbol;
      if (!symbol.is_function) continue;
      any = true;
      any_sized |= symbol.size != 0;
      const ElfSymbol*& best = symbol.size != 0 ? sized : unsized;
      bool holds = symbol.size == 0 || vaddr - start < symbol.size;
      if (holds && (!best || is_better_alias(symbol, *best))) best = &symbol;
    }
    if (sized) return sized;
    if (nearest_start && unsized && !any_sized && (!label || label->vaddr == start)) return unsized;
    nearest_start = nearest_start && !any && !(label && label->vaddr == start);
  }
  return label;
}

std::vector<std::string> near_names(const std::vector<ElfSymbol>& symbols, std::string_view name,
                                    size_t limit) {
  std::vector<std::string_view> names;
  for (const ElfSymbol& symbol : symbols) {
    if (symbol.is_function) names.push_back(symbol.name);
  }
  return near_texts(names, name, limit);
}

}  // namespace uproar
