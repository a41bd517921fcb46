// Internal to this folder: whose debug information there is of code that several functions share.
//
// Functions of equal code are folded into one: by linkers (--icf of gold and lld), by LLVM (functions of Rust, whose
// symbols become aliases) and by GCC (-fipa-icf). Their symbols stand at one address. gold leaves the debug
// information of each there; lld and GCC leave that of one, and of the others without an address; LLVM drops that of
// the others. An alias that the source declares (strdup of __strdup, the two constructors of C++) is another name of
// one function, and tells nothing of its own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "binary/dwarf/dwarf_functions.h"
#include "binary/dwarf/dwarf_scopes.h"

namespace uproar {

class DwarfOwners {
 public:
  DwarfOwners(DwarfTypes& types, DwarfScopes& scopes, DwarfFunctions& functions)
      : types_(types), units_(types.units()), scopes_(scopes), functions_(functions) {}

  struct Owner {
    ScopeChain chain;                // of the function that is described at the place
    bool is_other = false;           // it is not that of the symbol, nor an alias of it
    std::optional<Dwarf_Die> own{};  // is_other: what is told of the symbol's function, which has no place
  };
  // `symbol`: see CodePoint; empty: whoever is described there.
  const Owner& at(Dwarf_Addr pc, const std::string& symbol);
  // All that the unit of the place describes as beginning there.
  std::vector<FunctionInstance> beginning_at(Dwarf_Addr pc);

 private:
  Owner find(Dwarf_Addr pc, const std::string& symbol);
  std::optional<ScopeChain> own_chain(Dwarf_Addr pc, const DwarfUnit& unit, const std::string& symbol);
  // The units that may describe the symbol's function.
  std::vector<const DwarfUnit*> units_of(const std::string& symbol);
  std::optional<Dwarf_Die> without_place(const std::string& symbol);

  DwarfTypes& types_;
  DwarfUnits& units_;
  DwarfScopes& scopes_;
  DwarfFunctions& functions_;
  std::map<std::pair<Dwarf_Addr, std::string>, Owner> owners_;
};

}  // namespace uproar
