#include "resolve/places/match_functions.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "base/near_texts.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/function_list.h"
#include "binary/symbols/symbols.h"
#include "resolve/places/function_places.h"
#include "resolve/places/shared_code.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownNames = 6;
constexpr const char* kNameOne = "name one of them without a pattern to probe its implementations";

Error nothing_matches(const TextSpan& where, const ast::Site& site, ElfFile& elf,
                      const std::vector<std::string>& at_load) {
  if (!at_load.empty()) {
    return where.error(fmt::format("all that matches {} is chosen at load time (IFUNC): {}", site.symbol,
                                   short_list(at_load, kShownNames)),
                       kNameOne);
  }
  std::string stripped;
  const SymbolOrigin& origin = elf.symbol_origin();
  if (!elf.has_symtab() && origin.debug_file.empty() && !origin.mini_debug_info && !origin.go_table)
    stripped = " (it is stripped: only dynamic functions have names)";
  return where.error(fmt::format("no function of {} matches {}{}", elf.path(), site.symbol, stripped),
                     fmt::format("uproar list {} shows the names that there are", elf.path()));
}

}  // namespace

Result<FoundPlaces> match_functions(const ast::Site& site, std::string_view text, ProbedFile& file,
                                    Hazards& hazards) {
  ElfFile& elf = file.elf();
  const TextSpan where{site.span, text};
  auto read = elf.symbols();
  if (!read.ok()) return where.error(read.error());
  auto selected = select_functions(**read, {site.symbol}, NameForm::Name, true);
  if (selected.empty()) {
    read = elf.symbols_of_servers();
    if (read.ok()) selected = select_functions(**read, {site.symbol}, NameForm::Name, true);
  }
  std::set<uint64_t> resolvers;
  std::vector<std::string> at_load;
  for (const SelectedFunction& each : selected) {
    if (each.symbol->is_ifunc && resolvers.insert(each.symbol->vaddr).second) at_load.push_back(each.name);
  }
  FunctionPlaces places(site, elf);
  for (size_t i = 0; i < selected.size();) {
    const SelectedFunction* best = &selected[i];
    const uint64_t vaddr = best->symbol->vaddr;
    // Of functions that were folded into one, that which the debug information is of.
    bool described = selected.size() > i + 1 && selected[i + 1].symbol->vaddr == vaddr &&
                     is_described(*best->symbol, file);
    for (++i; i < selected.size() && selected[i].symbol->vaddr == vaddr; ++i) {
      const bool also = is_described(*selected[i].symbol, file);
      const bool better = also == described ? is_better_alias(*selected[i].symbol, *best->symbol) : also;
      if (better) best = &selected[i], described = also;
    }
    if (resolvers.contains(vaddr) || !places.is_in_code(vaddr)) continue;
    if (places.is_full()) return places.too_many(where);
    places.add(*best->symbol, best->name);
  }
  if (places.empty()) return nothing_matches(where, site, elf, at_load);
  if (!at_load.empty()) {
    hazards.push_back({Hazard::Level::Note,
                       fmt::format("left out of {}, since chosen at load time (IFUNC): {}", site.symbol,
                                   short_list(at_load, kShownNames)),
                       kNameOne});
  }
  return places.finish(where);
}

}  // namespace uproar
