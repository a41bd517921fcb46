#include "binary/dwarf/dwarf_owner.h"

#include <algorithm>
#include <set>

#include "binary/dwarf/dwarf_names.h"
#include "binary/symbols/clone_suffix.h"
#include "binary/symbols/demangle.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

std::string without_suffix(const std::string& symbol) {
  return symbol.substr(0, symbol.size() - clone_suffix(symbol).size());
}

// A mangled name of Rust's older scheme reads the same for every instance of a generic function.
bool tells_instances_apart(const std::string& mangled, int language) {
  return language != DW_LANG_Rust || !mangled.starts_with("_ZN");
}

bool reads_the_same(const std::string& a, const std::string& b) {
  return looks_mangled(a) && looks_mangled(b) &&
         readable_name(a, NameForm::Full) == readable_name(b, NameForm::Full);
}

// Whether the function that is described is the symbol's: by its mangled name, or by the name alone where it has
// no other.
bool is_own(Dwarf_Die die, const std::string& symbol, int language, DwarfTypes& types) {
  const std::string linkage_name = without_suffix(linkage_name_of(die));
  const std::string wanted = without_suffix(symbol);
  if (!linkage_name.empty()) {
    return linkage_name == wanted ||
           (tells_instances_apart(wanted, language) && reads_the_same(linkage_name, wanted));
  }
  if (name_of(die) == wanted) return true;
  return WantedDie(readable_name(wanted, NameForm::Call)).fit(die, types) == NameFit::Whole;
}

// extern inline of C's headers: the function itself is an alias or somewhere else.
bool is_only_for_callers(Dwarf_Die die, int language) {
  return is_c(language) && unsigned_of(die, DW_AT_inline) == DW_INL_declared_inlined;
}

// app::Rec::area(int) as app::Rec:: and (int), of which aliases of one function have the same.
struct Signature {
  std::string name;
  std::string rest;
};

Signature signature_of(const std::string& mangled) {
  Signature signature;
  signature.rest = readable_name(mangled, NameForm::Call);
  signature.name = plain_name(signature.rest);
  const size_t before = signature.rest.find('(');
  const size_t at = signature.rest.rfind(signature.name, before == std::string::npos ? before : before - 1);
  if (at != std::string::npos) signature.rest.erase(at, signature.name.size());
  return signature;
}

// Whether a symbol of which nothing is told is another name of the function that is described. C's names do not
// tell; C++'s hold the types. A destructor that does what that of the base does is its alias.
bool may_be_alias(Dwarf_Die die, const std::string& symbol, int language) {
  if (language == DW_LANG_Rust) return false;
  const std::string linkage_name = linkage_name_of(die);
  if (!looks_mangled(symbol) || !looks_mangled(linkage_name)) return true;
  const Signature one = signature_of(without_suffix(symbol));
  const Signature other = signature_of(without_suffix(linkage_name));
  return one.rest == other.rest || (one.name.starts_with('~') && other.name.starts_with('~'));
}

}  // namespace

std::optional<ScopeChain> DwarfOwners::own_chain(Dwarf_Addr pc, const DwarfUnit& unit,
                                                 const std::string& symbol) {
  for (bool deep : {false, true}) {
    const UnitContents& contents = deep ? units_.deep_contents(unit) : units_.contents(unit);
    for (Dwarf_Die function : contents.functions) {
      if (dwarf_haspc(&function, pc) == 1 && is_own(function, symbol, unit.language, types_))
        return scopes_.chain_of(function, unit, pc);
    }
  }
  return std::nullopt;
}

std::vector<const DwarfUnit*> DwarfOwners::units_of(const std::string& symbol) {
  const std::string wanted = without_suffix(symbol);
  std::vector<const DwarfUnit*> units = units_.mentioning(wanted);
  const std::string plain = plain_name(readable_name(wanted, NameForm::Call));
  if (plain == wanted) return units;
  std::set<const DwarfUnit*> known(units.begin(), units.end());
  for (const DwarfUnit* unit : units_.mentioning(plain)) {
    if (known.insert(unit).second) units.push_back(unit);
  }
  return units;
}

// Functions that were defined, but whose code is nowhere.
std::optional<Dwarf_Die> DwarfOwners::without_place(const std::string& symbol) {
  std::optional<Dwarf_Die> found;
  for (const DwarfUnit* unit : units_of(symbol)) {
    const UnitContents& contents = units_.contents(*unit);
    for (const auto* dies : {&contents.functions, &contents.abstracts}) {
      for (Dwarf_Die die : *dies) {
        if (!is_own(die, symbol, unit->language, types_) || is_only_for_callers(die, unit->language))
          continue;
        // It has a place of its own: another function of that name.
        if (dies == &contents.functions && functions_.describe(die, die)) return std::nullopt;
        if (!found) found = die;
      }
    }
  }
  return found;
}

DwarfOwners::Owner DwarfOwners::find(Dwarf_Addr pc, const std::string& symbol) {
  Owner owner{scopes_.at(pc)};
  if (symbol.empty() || owner.chain.scopes.empty()) return owner;
  const DwarfUnit& unit = *owner.chain.unit;
  if (unit.language == DW_LANG_Mips_Assembler) return owner;
  const Dwarf_Die described = owner.chain.scopes.front();
  if (is_own(described, symbol, unit.language, types_)) return owner;
  if (auto chain = own_chain(pc, unit, symbol)) return {*std::move(chain)};
  for (const DwarfUnit* other : units_of(symbol)) {
    if (auto chain = own_chain(pc, *other, symbol)) return {*std::move(chain)};
  }
  owner.own = without_place(symbol);
  owner.is_other = owner.own || !may_be_alias(described, symbol, unit.language);
  return owner;
}

const DwarfOwners::Owner& DwarfOwners::at(Dwarf_Addr pc, const std::string& symbol) {
  const auto key = std::pair(pc, symbol);
  auto known = owners_.find(key);
  if (known == owners_.end()) known = owners_.emplace(key, find(pc, symbol)).first;
  return known->second;
}

std::vector<FunctionInstance> DwarfOwners::beginning_at(Dwarf_Addr pc) {
  std::vector<FunctionInstance> found;
  const ScopeChain& chain = scopes_.at(pc);
  if (!chain.unit) return found;
  for (Dwarf_Die function : units_.contents(*chain.unit).functions) {
    if (dwarf_haspc(&function, pc) != 1 || scopes_.entry_of(function) != pc) continue;
    if (auto instance = functions_.describe(function, function)) found.push_back(std::move(*instance));
  }
  return found;
}

}  // namespace uproar
