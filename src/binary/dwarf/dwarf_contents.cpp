// DwarfUnits: what stands in a unit, and in which scopes.
#include <algorithm>

#include "binary/dwarf/dwarf_units.h"

namespace uproar {
namespace {

constexpr int kMaxScopeDepth = 64;
constexpr size_t kMaxEntries = size_t{1} << 25;  // DIEs of one unit that are looked at
constexpr size_t kNoScope = SIZE_MAX;

bool is_scope(int tag) {
  return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_structure_type ||
         tag == DW_TAG_class_type || tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type ||
         tag == DW_TAG_variant_part || tag == DW_TAG_variant;
}

class ContentsWalk {
 public:
  ContentsWalk(UnitContents& contents, bool deep, size_t most)
      : contents_(contents), deep_(deep), left_(std::min(most, kMaxEntries)) {}

  void walk(Dwarf_Die& parent, size_t scope, Dwarf_Off end, int depth) {
    if (depth > kMaxScopeDepth) return;
    size_t open = kNoScope;
    for (DieChildren child(parent); child && left_ > 0; child.next()) {
      --left_;
      if (open != kNoScope) close(open, dwarf_dieoffset(&*child));
      open = enter(child, scope, end, depth);
    }
  }

 private:
  // A scope ends where the next sibling begins, and with it all that were opened in it.
  void close(size_t open, Dwarf_Off end) {
    for (size_t i = open; i < contents_.scopes.size(); ++i) {
      contents_.scopes[i].end = std::min(contents_.scopes[i].end, end);
    }
  }

  // The number of the scope that was opened.
  size_t enter(DieChildren& child, size_t parent, Dwarf_Off end, int depth) {
    const int tag = child.tag();
    note(tag, *child);
    const bool body = deep_ && (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block);
    if ((!is_scope(tag) && !body) || !dwarf_haschildren(&*child)) return kNoScope;
    if (tag == DW_TAG_enumeration_type) return kNoScope;
    const size_t number = contents_.scopes.size();
    contents_.scopes.push_back({dwarf_dieoffset(&*child), end, parent, *child});
    walk(*child, number, end, depth + 1);
    return number;
  }

  void note(int tag, Dwarf_Die& die) {
    switch (tag) {
      case DW_TAG_subprogram:
        if (has_attribute(die, DW_AT_low_pc) || has_attribute(die, DW_AT_ranges)) {
          contents_.functions.push_back(die);
        } else if (has_attribute(die, DW_AT_inline) || !has_attribute(die, DW_AT_declaration)) {
          contents_.abstracts.push_back(die);
        }
        break;
      case DW_TAG_variable:
        contents_.variables.push_back(die);
        break;
      case DW_TAG_imported_unit:
        contents_.imports.push_back(die);
        break;
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_union_type:
      case DW_TAG_enumeration_type:
        if (!has_attribute(die, DW_AT_declaration)) contents_.types.push_back(die);
        break;
      default:
        break;
    }
  }

  UnitContents& contents_;
  bool deep_;
  size_t left_;
};

}  // namespace

const UnitContents& DwarfUnits::contents(const DwarfUnit& unit) {
  auto [entry, is_new] = contents_.try_emplace(&unit);
  if (!is_new) return entry->second;
  auto owned = by_cu_.find(unit.cu);
  if (owned != by_cu_.end()) complete(*owned->second);
  Dwarf_Die root = unit.root;
  ContentsWalk(entry->second, false, most_entries(unit)).walk(root, kNoScope, UINT64_MAX, 0);
  return entry->second;
}

const UnitContents& DwarfUnits::deep_contents(const DwarfUnit& unit) {
  auto [entry, is_new] = deep_.try_emplace(&unit);
  if (!is_new) return entry->second;
  Dwarf_Die root = unit.root;
  ContentsWalk(entry->second, true, most_entries(unit)).walk(root, kNoScope, UINT64_MAX, 0);
  return entry->second;
}

std::string DwarfUnits::qualified_name(Dwarf_Die die) {
  Dwarf_Die declared = declaration_of(die);
  std::string name = name_of(die);
  const DwarfUnit* unit = of(declared);
  if (!unit) return name;
  const Dwarf_Off offset = dwarf_dieoffset(&declared);
  const std::vector<DwarfScope>& scopes = contents(*unit).scopes;
  // The last one that begins before it holds it, or one of those that hold that one does.
  auto after =
      std::lower_bound(scopes.begin(), scopes.end(), offset,
                       [](const DwarfScope& scope, Dwarf_Off wanted) { return scope.begin < wanted; });
  size_t number = after == scopes.begin() ? kNoScope : static_cast<size_t>(after - scopes.begin()) - 1;
  for (; number != kNoScope && name.size() < kMaxDieName; number = scopes[number].parent) {
    if (offset >= scopes[number].end) continue;
    Dwarf_Die scope = scopes[number].die;
    std::string outer = name_of(scope);
    if (outer.empty() && dwarf_tag(&scope) == DW_TAG_namespace) outer = "(anonymous namespace)";
    if (!outer.empty()) name = outer + "::" + name;
  }
  return name;
}

}  // namespace uproar
