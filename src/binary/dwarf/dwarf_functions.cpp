#include "binary/dwarf/dwarf_functions.h"

#include <algorithm>
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

void DwarfFunctions::add_named(const UnitContents& contents, std::string_view name,
                               std::vector<FunctionInstance>& found, std::vector<Dwarf_Die>& origins) {
  size_t text = 0;
  for (Dwarf_Die die : contents.functions) {
    if (found.size() >= kMaxInstances || text >= kMaxInstanceText || !means(name, die, types_)) continue;
    auto instance = describe(die, die);
    if (!instance) continue;
    text += text_of(*instance);
    found.push_back(std::move(*instance));
  }
  for (Dwarf_Die die : contents.abstracts) {
    if (means(name, die, types_)) origins.push_back(die);
  }
}

// A function whose name stands only in the one that it was made of (link-time optimisation).
void DwarfFunctions::add_copy(Dwarf_Die& function, InlinedSearch& search,
                              std::vector<FunctionInstance>& found) {
  Dwarf_Die origin = origin_of(function);
  if (search.is_full || !search.origins.count(origin.addr)) return;
  auto instance = describe(function, function);
  if (!instance) return;
  search.text += text_of(*instance);
  found.push_back(std::move(*instance));
  search.is_full = found.size() >= kMaxInstances || search.text >= kMaxInstanceText;
}

void DwarfFunctions::walk_inlined(Dwarf_Die& parent, Dwarf_Die& holder, InlinedSearch& search, int depth,
                                  std::vector<FunctionInstance>& found) {
  if (depth > kMaxNesting) return;
  for (DieChildren child(parent); child && search.left > 0; child.next()) {
    --search.left;
    const int tag = child.tag();
    if (tag == DW_TAG_inlined_subroutine) {
      Dwarf_Die origin = origin_of(*child);
      auto instance = search.origins.count(origin.addr) ? describe(*child, holder) : std::nullopt;
      if (instance) {
        search.text += text_of(*instance);
        found.push_back(std::move(*instance));
        search.is_full = found.size() >= kMaxInstances || search.text >= kMaxInstanceText;
        if (search.is_full) search.left = 0;
      }
    }
    switch (tag) {
      case DW_TAG_subprogram:
        walk_inlined(*child, *child, search, depth + 1, found);
        break;
      case DW_TAG_inlined_subroutine:
      case DW_TAG_lexical_block:
      case DW_TAG_try_block:
      case DW_TAG_catch_block:
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
        walk_inlined(*child, holder, search, depth + 1, found);
        break;
      default:
        break;
    }
  }
}

std::vector<FunctionInstance> DwarfFunctions::instances(std::string_view name) {
  const std::string plain = plain_name(name);
  std::vector<const DwarfUnit*> candidates = units_.mentioning(plain);
  std::set<const DwarfUnit*> known(candidates.begin(), candidates.end());
  if (plain != name) {  // a mangled name is what it is
    for (const DwarfUnit* unit : units_.mentioning(name)) {
      if (known.insert(unit).second) candidates.push_back(unit);
    }
  }
  std::vector<FunctionInstance> found;
  std::vector<Dwarf_Die> origins;
  std::vector<Dwarf_Off> offsets;
  for (const DwarfUnit* unit : candidates) add_named(units_.contents(*unit), name, found, origins);
  if (found.empty() && origins.empty()) {  // it may stand in another function: a method of a local class
    for (const DwarfUnit* unit : candidates) add_named(units_.deep_contents(*unit), name, found, origins);
  }
  for (Dwarf_Die& die : origins) offsets.push_back(dwarf_dieoffset(&die));
  if (!origins.empty()) {
    // Inlined in the same unit, or (link-time optimisation, dwz) in another that refers to it by its offset.
    std::vector<const DwarfUnit*> users = candidates;
    for (const DwarfUnit* unit : units_.referring_to(offsets)) {
      if (known.insert(unit).second) users.push_back(unit);
    }
    InlinedSearch search;
    for (Dwarf_Die& die : origins) search.origins.insert(die.addr);
    for (const DwarfUnit* unit : users) {
      search.left = search.is_full ? 0 : units_.most_entries(*unit);
      for (Dwarf_Die function : units_.contents(*unit).functions) {
        add_copy(function, search, found);
        walk_inlined(function, function, search, 0, found);
      }
    }
  }
  auto key = [](const FunctionInstance& each) { return std::tie(each.entry, each.is_inlined, each.name); };
  std::sort(found.begin(), found.end(), [key](const auto& a, const auto& b) { return key(a) < key(b); });
  found.erase(std::unique(found.begin(), found.end(),
                          [](const auto& a, const auto& b) {
                            return a.entry == b.entry && a.is_inlined == b.is_inlined;
                          }),
              found.end());
  return found;
}

}  // namespace uproar
