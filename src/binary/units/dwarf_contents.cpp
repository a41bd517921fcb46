// DwarfUnits: what stands in a unit, and in which scopes.
#include <algorithm>

#include "binary/units/dwarf_language.h"
#include "binary/units/dwarf_units.h"

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
    if (tag == DW_TAG_imported_module) note_opened(*child, parent);
    const bool body = deep_ && (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block);
    if ((!is_scope(tag) && !body) || !dwarf_haschildren(&*child)) return kNoScope;
    if (tag == DW_TAG_enumeration_type) return kNoScope;
    const size_t number = contents_.scopes.size();
    contents_.scopes.push_back({dwarf_dieoffset(&*child), end, parent, *child});
    walk(*child, number, end, depth + 1);
    return number;
  }

  // A namespace that the scope around it imports as a whole: inline, or as good as that.
  void note_opened(Dwarf_Die& import, size_t parent) {
    auto target = reference_of(import, DW_AT_import);
    if (!target || dwarf_tag(&*target) != DW_TAG_namespace) return;
    const Dwarf_Off offset = dwarf_dieoffset(&*target);
    const auto& scopes = contents_.scopes;
    auto scope = std::lower_bound(scopes.begin(), scopes.end(), offset,
                                  [](const DwarfScope& each, Dwarf_Off at) { return each.begin < at; });
    if (scope != scopes.end() && scope->begin == offset && scope->parent == parent)
      contents_.opened.insert(offset);
  }

  void note(int tag, Dwarf_Die& die) {
    switch (tag) {
      case DW_TAG_subprogram:
        if (has_attribute(die, DW_AT_low_pc) || has_attribute(die, DW_AT_ranges)) {
          contents_.functions.push_back(die);
        } else if (has_attribute(die, DW_AT_inline) ||
                   (!has_attribute(die, DW_AT_declaration) && !has_attribute(die, DW_AT_abstract_origin))) {
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

namespace {

// GNAT's names have their scopes in them, and a number where several have one name: shop__sell__2.
std::string ada_name(std::string_view name) {
  std::string out;
  for (size_t at = 0; at < name.size(); ++at) {
    if (at > 0 && name.substr(at, 2) == "__") {
      const std::string_view rest = name.substr(at + 2);
      if (!rest.empty() && rest.find_first_not_of("0123456789_") == std::string_view::npos) break;
      out += '.';
      ++at;
      continue;
    }
    out += name[at];
  }
  return out;
}

}  // namespace

std::vector<const DwarfUnit*> DwarfUnits::without_case() {
  std::vector<const DwarfUnit*> found;
  for (const auto& unit : all()) {
    complete(*unit);
    if (ignores_case(unit->language)) found.push_back(unit.get());
  }
  return found;
}

std::string DwarfUnits::qualified_name(Dwarf_Die die, ScopesShown shown) {
  Dwarf_Die declared = declaration_of(die);
  std::string name = name_of(die);
  const DwarfUnit* unit = of(declared);
  if (!unit) return name;
  const int tag = dwarf_tag(&die);
  const bool is_type = tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine && tag != DW_TAG_variable;
  if (is_ada(unit->language) && !is_type) return ada_name(name);
  const Dwarf_Off offset = dwarf_dieoffset(&declared);
  const UnitContents& held = contents(*unit);
  const std::vector<DwarfScope>& scopes = held.scopes;
  const char* joint = unit->language == DW_LANG_D || unit->language == DW_LANG_Pascal83 ? "." : "::";
  // The last one that begins before it holds it, or one of those that hold that one does.
  auto after =
      std::lower_bound(scopes.begin(), scopes.end(), offset,
                       [](const DwarfScope& scope, Dwarf_Off wanted) { return scope.begin < wanted; });
  size_t number = after == scopes.begin() ? kNoScope : static_cast<size_t>(after - scopes.begin()) - 1;
  for (; number != kNoScope && name.size() < kMaxDieName; number = scopes[number].parent) {
    if (offset >= scopes[number].end) continue;
    Dwarf_Die scope = scopes[number].die;
    std::string outer = name_of(scope);
    if (dwarf_tag(&scope) == DW_TAG_namespace && shown != ScopesShown::All) {
      const bool is_open =
          has_attribute(scope, DW_AT_export_symbols) || held.opened.contains(scopes[number].begin);
      if (outer.empty() || (is_open && shown == ScopesShown::Written)) continue;
    }
    if (outer.empty() && dwarf_tag(&scope) == DW_TAG_namespace) outer = "(anonymous namespace)";
    if (!outer.empty()) name.insert(0, joint).insert(0, outer);
  }
  return name;
}

}  // namespace uproar
