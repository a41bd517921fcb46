// DwarfUnits: what stands in a unit, and in which scopes.
#include <algorithm>

#include "binary/dwarf_units.h"

namespace uproar {
namespace {

constexpr int kMaxScopeDepth = 64;
constexpr size_t kMaxEntries = size_t{1} << 25;  // DIEs of one unit that are looked at

bool is_scope(int tag) {
  return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_structure_type ||
         tag == DW_TAG_class_type || tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type ||
         tag == DW_TAG_variant_part || tag == DW_TAG_variant;
}

class ContentsWalk {
 public:
  ContentsWalk(UnitContents& contents, bool deep) : contents_(contents), deep_(deep) {}

  void walk(Dwarf_Die& parent, Dwarf_Off end, int depth) {
    if (depth > kMaxScopeDepth) return;
    size_t open = kNone;
    for (DieChildren child(parent); child && ++seen_ < kMaxEntries; child.next()) {
      if (open != kNone) close(open, dwarf_dieoffset(&*child));
      open = enter(child, end, depth);
    }
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  // A scope ends where the next sibling begins, and with it all that were opened in it.
  void close(size_t open, Dwarf_Off end) {
    for (size_t i = open; i < contents_.scopes.size(); ++i) {
      contents_.scopes[i].end = std::min(contents_.scopes[i].end, end);
    }
  }

  // The number of the scope that was opened.
  size_t enter(DieChildren& child, Dwarf_Off end, int depth) {
    const int tag = child.tag();
    note(tag, *child);
    const bool body = deep_ && (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block);
    if ((!is_scope(tag) && !body) || !dwarf_haschildren(&*child)) return kNone;
    if (tag == DW_TAG_enumeration_type) return kNone;
    const size_t number = contents_.scopes.size();
    std::string name = name_of(*child);
    if (name.empty() && tag == DW_TAG_namespace) name = "(anonymous namespace)";
    contents_.scopes.push_back({dwarf_dieoffset(&*child), end, std::move(name)});
    walk(*child, end, depth + 1);
    return number;
  }

  void note(int tag, Dwarf_Die& die) {
    switch (tag) {
      case DW_TAG_subprogram:
        if (has_attribute(die, DW_AT_low_pc) || has_attribute(die, DW_AT_ranges)) {
          contents_.functions.push_back(die);
        } else if (has_attribute(die, DW_AT_inline)) {
          contents_.abstracts.push_back(die);
        }
        break;
      case DW_TAG_variable:
        contents_.variables.push_back(die);
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
  size_t seen_ = 0;
};

}  // namespace

const UnitContents& DwarfUnits::contents(const DwarfUnit& unit) {
  auto [entry, is_new] = contents_.try_emplace(&unit);
  if (!is_new) return entry->second;
  auto owned = by_cu_.find(unit.cu);
  if (owned != by_cu_.end()) complete(*owned->second);
  Dwarf_Die root = unit.root;
  ContentsWalk(entry->second, false).walk(root, UINT64_MAX, 0);
  return entry->second;
}

const UnitContents& DwarfUnits::deep_contents(const DwarfUnit& unit) {
  auto [entry, is_new] = deep_.try_emplace(&unit);
  if (!is_new) return entry->second;
  Dwarf_Die root = unit.root;
  ContentsWalk(entry->second, true).walk(root, UINT64_MAX, 0);
  return entry->second;
}

std::string DwarfUnits::qualified_name(Dwarf_Die die) {
  Dwarf_Die declared = declaration_of(die);
  std::string name = name_of(die);
  const DwarfUnit* unit = of(declared);
  if (!unit) return name;
  const Dwarf_Off offset = dwarf_dieoffset(&declared);
  std::string scopes;
  for (const DwarfScope& scope : contents(*unit).scopes) {
    if (scope.begin >= offset) break;
    if (offset < scope.end && !scope.name.empty()) scopes += scope.name + "::";
  }
  return scopes + name;
}

}  // namespace uproar
