#include "binary/dwarf/dwarf_globals.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "binary/dwarf/dwarf_names.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr size_t kMaxCandidates = 4096;
constexpr int kMaxImports = 1024;

// What stands in an anonymous namespace is written as if it were not there.
std::string without_anonymous(std::string name) {
  constexpr std::string_view kAnonymous = "(anonymous namespace)::";
  for (size_t at; (at = name.find(kAnonymous)) != std::string::npos;) name.erase(at, kAnonymous.size());
  return name;
}

std::string inside(const std::string& scope, const std::string& name) {
  return scope.empty() ? name : scope + "::" + name;
}

// "ns::A", "ns", "" of "ns::A::f".
std::vector<std::string> scopes_around(const std::string& qualified) {
  std::vector<std::string> scopes;
  int depth = 0;
  for (size_t i = qualified.size(); i-- > 1;) {
    if (qualified[i] == '>') ++depth;
    if (qualified[i] == '<' && depth > 0) --depth;
    if (depth == 0 && qualified[i] == ':' && qualified[i - 1] == ':')
      scopes.push_back(qualified.substr(0, --i));
  }
  scopes.emplace_back();
  return scopes;
}

// Whether `path` is `file` or ends in it as a path does.
bool is_file(std::string_view path, std::string_view file) {
  if (file.empty() || path.size() < file.size() || !path.ends_with(file)) return false;
  return path.size() == file.size() || path[path.size() - file.size() - 1] == '/';
}

std::string_view base_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

struct DwarfGlobals::Wanted {
  std::string file;       // of FILE:NAME
  std::string name;       // without a leading "::" …
  bool is_whole = false;  // … which it had
};

// The file of the source that a name is used in.
struct DwarfGlobals::Home {
  std::vector<const DwarfUnit*> units;  // that file, and what it shares with others (dwz)
  std::vector<std::string> scopes;      // around the function, innermost first
};

struct DwarfGlobals::Candidate {
  Dwarf_Die die{};     // the one that tells most of it
  Dwarf_Die entity{};  // its first declaration, which all that tell of it lead to
  const DwarfUnit* home = nullptr;
  std::string qualified;
  bool is_own = false;       // of the file that the name is used in
  bool is_exported = false;  // other files may mean it
  bool is_declaration = true;
  bool has_place = false;
  std::string place;  // equal for one variable
};

namespace {

// A name for where a variable is, equal for equal places and for equal constants; empty if it is nowhere.
std::string place_of(Dwarf_Die& die, DwarfUnits& units) {
  if (!has_attribute(die, DW_AT_location) && !has_attribute(die, DW_AT_const_value)) return {};
  const Location found = locate(die, LocationContext{units.file(), 0});
  if (found.kind == Location::Kind::Memory && found.at.base == Symbolic::Base::Static &&
      found.at.reads.empty()) {
    // The linker leaves 0 or the highest addresses where it removed what the debug information tells of.
    const uint64_t address = units.file().to_dwarf(found.at.vaddr);
    if (address == 0 || address >= UINT64_MAX - 1) return {};
    return fmt::format("at {:x}", found.at.vaddr + static_cast<uint64_t>(found.at.addend));
  }
  if (found.kind == Location::Kind::Value && found.at.is_number())
    return fmt::format("is {}", found.at.addend);
  return fmt::format("die {}", die.addr);
}

}  // namespace

// Where a DIE was written: not in the unit of link-time optimisation that has its place, nor in one that
// several files share.
const DwarfUnit* DwarfGlobals::home_of(Dwarf_Die die) {
  const DwarfUnit* home = units_.of(die);
  for (int i = 0; i < kMaxDieChain; ++i) {
    auto next = reference_of(die, DW_AT_abstract_origin);
    if (!next) next = reference_of(die, DW_AT_specification);
    if (!next) break;
    die = *next;
    const DwarfUnit* unit = units_.of(die);
    if (unit && !unit->is_partial) home = unit;
  }
  return home;
}

DwarfGlobals::Home DwarfGlobals::home_of(const NameUse& use) {
  Home home;
  const DwarfUnit* unit = use.function ? home_of(*use.function) : use.unit;
  if (use.function) home.scopes = scopes_around(units_.qualified_name(*use.function, ScopesShown::Written));
  if (home.scopes.empty()) home.scopes.emplace_back();
  if (!unit) return home;
  home.units.push_back(unit);
  for (size_t i = 0; i < home.units.size() && i < kMaxImports; ++i) {
    for (Dwarf_Die import : units_.contents(*home.units[i]).imports) {
      auto root = reference_of(import, DW_AT_import);
      const DwarfUnit* shared = root ? units_.of(*root) : nullptr;
      if (!shared || !shared->is_partial) continue;
      if (std::find(home.units.begin(), home.units.end(), shared) == home.units.end())
        home.units.push_back(shared);
    }
  }
  return home;
}

std::vector<DwarfGlobals::Candidate> DwarfGlobals::collect(const NameUse& use, const Home& home,
                                                           const Wanted& wanted) {
  std::vector<const DwarfUnit*> units = home.units;
  if (use.unit) units.push_back(use.unit);
  for (const DwarfUnit* unit : units_.mentioning(plain_name(wanted.name))) units.push_back(unit);
  std::set<const DwarfUnit*> seen;
  std::vector<Candidate> found;
  std::map<const void*, size_t> known;  // by the entity
  const bool is_package = use.unit && use.unit->language == DW_LANG_Go;
  const std::string package = is_package ? name_of(const_cast<Dwarf_Die&>(use.unit->root)) : std::string();
  for (const DwarfUnit* unit : units) {
    if (!seen.insert(unit).second) continue;
    for (Dwarf_Die die : units_.contents(*unit).variables) {
      if (name_of(die) != plain_name(wanted.name) &&
          (!is_package || name_of(die) != package + "." + wanted.name))
        continue;
      if (!means(wanted.name, die, types_) || known.size() >= kMaxCandidates) continue;
      Dwarf_Die entity = declaration_of(die);
      auto [entry, is_new] = known.try_emplace(entity.addr, found.size());
      if (is_new) {
        Candidate made;
        made.die = die;
        made.entity = entity;
        made.home = home_of(die);
        made.qualified = units_.qualified_name(die, ScopesShown::Written);
        made.is_own = std::find(home.units.begin(), home.units.end(), made.home) != home.units.end();
        found.push_back(std::move(made));
      }
      Candidate& candidate = found[entry->second];
      const std::string place = place_of(die, units_);
      candidate.is_exported |=
          flag_of(die, DW_AT_external) || (candidate.home && !has_file_scope(candidate.home->language));
      candidate.is_declaration &= has_attribute(die, DW_AT_declaration) && place.empty();
      if (place.empty() || candidate.has_place) continue;
      candidate.die = die;
      candidate.has_place = true;
      candidate.place = place;
    }
  }
  add_copies(found);
  return found;
}

// Link-time optimisation tells the place of a variable in a unit of its own, which only refers to the one that
// names it; so does the unit of a definition whose declaration is shared by several (dwz).
void DwarfGlobals::add_copies(std::vector<Candidate>& found) {
  std::vector<Dwarf_Off> offsets;
  for (Candidate& each : found) {
    const DwarfUnit* unit = units_.of(each.entity);
    const bool may_be_copied = !each.is_declaration || (unit && unit->is_partial);
    if (!each.has_place && may_be_copied) offsets.push_back(dwarf_dieoffset(&each.entity));
  }
  if (offsets.empty()) return;
  for (const DwarfUnit* unit : units_.referring_to(offsets)) {
    for (Dwarf_Die die : units_.contents(*unit).variables) {
      if (!has_attribute(die, DW_AT_abstract_origin) && !has_attribute(die, DW_AT_specification)) continue;
      Dwarf_Die entity = declaration_of(die);
      auto meant = std::find_if(found.begin(), found.end(), [&](Candidate& each) {
        return !each.has_place && same_die(each.entity, entity);
      });
      const std::string place = meant == found.end() ? std::string() : place_of(die, units_);
      if (place.empty()) continue;
      meant->die = die;
      meant->place = place;
      meant->has_place = true;
    }
  }
}

GlobalVariable DwarfGlobals::answer(const Candidate& candidate) {
  GlobalVariable found{candidate.die, {}};
  if (!candidate.has_place && candidate.is_declaration) {
    found.symbol = linkage_name_of(found.die);
    if (found.symbol.empty()) found.symbol = name_of(found.die);
  }
  return found;
}

// One of `among`, those that have a place before others.
std::optional<GlobalVariable> DwarfGlobals::chosen(const std::vector<const Candidate*>& among,
                                                   bool& ambiguous) {
  const Candidate* best = nullptr;
  for (const Candidate* each : among) {
    if (best && best->has_place && each->has_place && best->place != each->place)
      return ambiguous = true, std::nullopt;
    const bool is_better = !best || (each->has_place && !best->has_place) ||
                           (!best->has_place && best->is_declaration && !each->is_declaration);
    if (is_better) best = each;
  }
  if (!best) return std::nullopt;
  return answer(*best);
}

// What the scopes around the use tell: its own file first, then what others export.
std::optional<GlobalVariable> DwarfGlobals::from_scopes(const std::vector<Candidate>& found, const Home& home,
                                                        const Wanted& wanted, bool& ambiguous) {
  auto has_place = [](const std::vector<const Candidate*>& among) {
    return std::any_of(among.begin(), among.end(), [](const Candidate* each) { return each->has_place; });
  };
  for (bool own : {true, false}) {
    for (const std::string& scope : home.scopes) {
      const std::string whole = inside(wanted.is_whole ? std::string() : scope, wanted.name);
      std::vector<const Candidate*> here;
      std::vector<const Candidate*> exported;
      for (const Candidate& each : found) {
        if (each.qualified != whole) continue;
        if (each.is_own) here.push_back(&each);
        if (!each.is_own && each.is_exported) exported.push_back(&each);
      }
      const std::vector<const Candidate*>& nearest = own ? here : exported;
      if (nearest.empty()) continue;
      // Declared here and defined in another file.
      const bool is_elsewhere = own && here.front()->is_exported && !has_place(here) && has_place(exported);
      return chosen(is_elsewhere ? exported : nearest, ambiguous);
    }
  }
  return std::nullopt;
}

// Whether candidates are one variable. What several files declare and nobody defines is one by its name;
// statics of that name are not.
bool DwarfGlobals::is_one(const std::vector<const Candidate*>& among, bool are_statics) {
  std::set<std::string> places;
  std::set<std::string> names;
  for (const Candidate* each : among) {
    names.insert(each->qualified);
    if (each->has_place || are_statics)
      places.insert(each->has_place ? each->place : fmt::format("{}", each->entity.addr));
  }
  return names.size() == 1 && places.size() <= 1;
}

// How the user can name each: by its scope where these differ, else by its file.
std::vector<std::string> DwarfGlobals::told_apart(const std::vector<const Candidate*>& among) {
  std::set<std::string> names;
  for (const Candidate* each : among) names.insert(each->qualified);
  if (names.size() == among.size()) return {names.begin(), names.end()};
  for (bool whole : {false, true}) {
    std::set<std::string> shown;
    for (const Candidate* each : among) {
      Dwarf_Die root = each->home ? each->home->root : Dwarf_Die{};
      const std::string file = root.addr ? name_of(root) : std::string();
      shown.insert(fmt::format("{}:{}", whole ? file : base_of(file), each->qualified));
    }
    if (whole || shown.size() == among.size()) return {shown.begin(), shown.end()};
  }
  return {};
}

std::optional<GlobalVariable> DwarfGlobals::find(const NameUse& use, std::string_view name,
                                                 VariableFault& fault) {
  Wanted wanted;
  const size_t colon = name.find(':');
  const bool has_file = colon != std::string_view::npos && colon > 0 && name.substr(colon, 2) != "::";
  if (has_file) {
    wanted.file = name.substr(0, colon);
    name = name.substr(colon + 1);
  }
  wanted.is_whole = name.starts_with("::");
  wanted.name = without_anonymous(std::string(name.substr(wanted.is_whole ? 2 : 0)));
  Home home = has_file ? Home{{}, {std::string()}} : home_of(use);
  std::vector<Candidate> found = collect(use, home, wanted);
  if (has_file) {
    found.erase(std::remove_if(found.begin(), found.end(),
                               [&](Candidate& each) {
                                 Dwarf_Die root = each.home ? each.home->root : Dwarf_Die{};
                                 const bool is_unit = root.addr && is_file(name_of(root), wanted.file);
                                 return (!is_unit && !is_file(units_.declared_file(each.die), wanted.file)) ||
                                        (each.is_declaration && !each.has_place);
                               }),
                found.end());
    for (Candidate& each : found) each.is_own = true;
  }
  bool ambiguous = false;
  auto best = from_scopes(found, home, wanted, ambiguous);
  if (best) return best;
  // What the language would not see from there, if it is one: of the own file, exported by others, theirs.
  for (int tier : {0, 1, 2}) {
    std::vector<const Candidate*> among;
    for (const Candidate& each : found) {
      const bool matches = tier == 0 ? each.is_own : !each.is_own && each.is_exported == (tier == 1);
      if (matches && (!wanted.is_whole || each.qualified == wanted.name)) among.push_back(&each);
    }
    if (among.empty()) continue;
    if (!ambiguous && is_one(among, tier == 2)) best = chosen(among, ambiguous);
    if (best) return best;
    fault.kind = VariableFault::Kind::Ambiguous;
    fault.names = told_apart(among);
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<GlobalVariable> DwarfGlobals::of_declaration(Dwarf_Die die, const NameUse& use) {
  VariableFault unused;
  const std::string name = units_.qualified_name(die, ScopesShown::Written);
  auto found = find({use.unit, {}}, "::" + name, unused);
  if (found && found->symbol.empty()) return found;
  GlobalVariable declared{die, linkage_name_of(die)};
  if (declared.symbol.empty()) declared.symbol = name_of(die);
  return declared;
}

}  // namespace uproar
