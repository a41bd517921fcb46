#include "binary/dwarf/dwarf_functions.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "binary/elf/address.h"

namespace uproar {
namespace {

constexpr int kMaxNesting = 128;
constexpr size_t kMaxInstances = size_t{1} << 16;
constexpr size_t kMaxInstanceText = size_t{1} << 28;
constexpr size_t kMaxRanges = 4096;

size_t text_of(const FunctionInstance& instance) {
  return instance.name.size() + instance.linkage_name.size() + instance.file.size();
}

}  // namespace

std::vector<CodeRange> ranges_of(Dwarf_Die& die) {
  std::vector<CodeRange> found;
  Dwarf_Addr base = 0;
  CodeRange range;
  for (ptrdiff_t at = 0;
       (at = dwarf_ranges(&die, at, &base, &range.begin, &range.end)) > 0 && found.size() < kMaxRanges;) {
    if (range.begin < range.end) found.push_back(range);
  }
  return found;
}

std::optional<CodeRange> range_with(Dwarf_Die& die, Dwarf_Addr address) {
  for (const CodeRange& range : ranges_of(die)) {
    if (address >= range.begin && address < range.end) return range;
  }
  return std::nullopt;
}

std::optional<FunctionInstance> DwarfFunctions::describe(Dwarf_Die die, Dwarf_Die holder) {
  const auto entry = scopes_.entry_of(die);
  // The linker leaves the debug information of functions that it removed: they begin at 0 or nowhere.
  const auto& segments = units_.file().file().segments();
  const auto offset = entry ? file_offset_of(segments, units_.file().to_file(*entry)) : std::nullopt;
  const LoadSegment* segment = offset ? segment_at(segments, *offset) : nullptr;
  if (!segment || !segment->executable) return std::nullopt;
  FunctionInstance instance;
  instance.name = units_.qualified_name(die);
  instance.linkage_name = linkage_name_of(die);
  instance.entry = units_.file().to_file(*entry);
  instance.is_inlined = dwarf_tag(&die) == DW_TAG_inlined_subroutine;
  if (auto range = range_with(holder, *entry)) {
    instance.function_vaddr = units_.file().to_file(range->begin);
    instance.function_size = range->end - range->begin;
  }
  // The line of the definition, which a DIE with a specification repeats, not that of the declaration.
  instance.file = units_.declared_file(die);
  instance.line = declared_line(die);
  return instance;
}

std::optional<FunctionInstance> DwarfFunctions::function_at(uint64_t vaddr) {
  const ScopeChain& chain = scopes_.at(units_.file().to_dwarf(vaddr));
  if (!chain.unit) return std::nullopt;
  return describe(chain.scopes.front(), chain.scopes.front());
}

bool DwarfFunctions::Search::is_full() const {
  return found.size() >= kMaxInstances || text >= kMaxInstanceText;
}

void DwarfFunctions::add(Dwarf_Die die, Dwarf_Die holder, NameFit fit, Search& search) {
  auto instance = search.is_full() ? std::nullopt : describe(die, holder);
  if (!instance) return;
  instance->fit = fit;
  search.text += text_of(*instance);
  search.found.push_back(std::move(*instance));
}

void DwarfFunctions::add_named(const UnitContents& contents, Search& search) {
  for (Dwarf_Die die : contents.functions) {
    if (search.is_full()) return;
    const NameFit fit = search.wanted.fit(die, types_);
    if (fit != NameFit::None) add(die, die, fit, search);
  }
  for (Dwarf_Die die : contents.abstracts) {
    const NameFit fit = search.wanted.fit(die, types_);
    if (fit == NameFit::None || !search.origins.emplace(die.addr, fit).second) continue;
    search.offsets.push_back(dwarf_dieoffset(&die));
  }
}

void DwarfFunctions::add_copies(const DwarfUnit& unit, Search& search) {
  for (Dwarf_Die function : units_.contents(unit).functions) {
    search.left = search.is_full() ? 0 : units_.most_entries(unit);
    Dwarf_Die origin = origin_of(function);
    auto named = search.origins.find(origin.addr);
    if (named != search.origins.end()) add(function, function, named->second, search);
    walk_inlined(function, function, search, 0);
  }
}

void DwarfFunctions::walk_inlined(Dwarf_Die& parent, Dwarf_Die& holder, Search& search, int depth) {
  if (depth > kMaxNesting) return;
  for (DieChildren child(parent); child && search.left > 0; child.next()) {
    --search.left;
    switch (child.tag()) {
      case DW_TAG_subprogram:
        walk_inlined(*child, *child, search, depth + 1);
        break;
      case DW_TAG_inlined_subroutine: {
        Dwarf_Die origin = origin_of(*child);
        auto named = search.origins.find(origin.addr);
        if (named != search.origins.end()) add(*child, holder, named->second, search);
        if (search.is_full()) search.left = 0;
        walk_inlined(*child, holder, search, depth + 1);
        break;
      }
      case DW_TAG_lexical_block:
      case DW_TAG_try_block:
      case DW_TAG_catch_block:
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
        walk_inlined(*child, holder, search, depth + 1);
        break;
      default:
        break;
    }
  }
}

void DwarfFunctions::search(const std::vector<const DwarfUnit*>& units, Search& search) {
  for (const DwarfUnit* unit : units) add_named(units_.contents(*unit), search);
  if (!search.found.empty() || !search.origins.empty()) return;
  // It may stand in another function: a method of a local class, a procedure in a procedure.
  for (const DwarfUnit* unit : units) add_named(units_.deep_contents(*unit), search);
}

std::vector<FunctionInstance> DwarfFunctions::instances(std::string_view name) {
  Search search(name);
  std::vector<const DwarfUnit*> candidates;
  std::set<const DwarfUnit*> known;
  auto look_in = [&](const std::vector<const DwarfUnit*>& units) {
    std::vector<const DwarfUnit*> fresh;
    for (const DwarfUnit* unit : units) {
      if (known.insert(unit).second) fresh.push_back(unit);
    }
    candidates.insert(candidates.end(), fresh.begin(), fresh.end());
    this->search(fresh, search);
  };
  const std::string plain = plain_name(name);
  std::vector<const DwarfUnit*> mentioning = units_.mentioning(plain);
  if (plain != name) {  // a mangled name is what it is
    const auto others = units_.mentioning(name);
    mentioning.insert(mentioning.end(), others.begin(), others.end());
  }
  look_in(mentioning);
  // Go's package may be spelled in another way, D's modules are scopes of their own; and case may not count.
  const size_t dot = plain.rfind('.');
  if (search.found.empty() && search.origins.empty() && dot != std::string::npos)
    look_in(units_.mentioning(std::string_view(plain).substr(dot + 1)));
  if (search.found.empty() && search.origins.empty()) look_in(units_.without_case());
  if (!search.origins.empty()) {
    // Copied in the same unit, or (link-time optimisation, dwz) in another that refers to it by its offset.
    std::vector<const DwarfUnit*> users = candidates;
    for (const DwarfUnit* unit : units_.referring_to(search.offsets)) {
      if (known.insert(unit).second) users.push_back(unit);
    }
    for (const DwarfUnit* unit : users) add_copies(*unit, search);
  }
  auto& found = search.found;
  auto key = [](const FunctionInstance& each) { return std::tie(each.entry, each.is_inlined, each.name); };
  std::sort(found.begin(), found.end(), [key](const auto& a, const auto& b) { return key(a) < key(b); });
  found.erase(std::unique(found.begin(), found.end(),
                          [](const auto& a, const auto& b) {
                            return a.entry == b.entry && a.is_inlined == b.is_inlined;
                          }),
              found.end());
  return std::move(found);
}

}  // namespace uproar
