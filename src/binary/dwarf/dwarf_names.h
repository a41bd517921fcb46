// Internal to this folder: names of functions and variables as people write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "binary/dwarf/line_info.h"
#include "binary/symbols/function_names.h"
#include "binary/types/dwarf_types.h"

namespace uproar {

// A name as a user gives it, compared with the names of DIEs: DW_AT_name with the scopes that it stands in, the
// mangled name as it is or demangled, each with or without template arguments and, if the user's has them,
// parameters in parentheses. In languages that know no case, in any.
class WantedDie {
 public:
  explicit WantedDie(std::string_view wanted);
  NameFit fit(Dwarf_Die& die, DwarfTypes& types);

 private:
  NameFit fit_name(Dwarf_Die& die, DwarfUnits& units) const;
  NameFit fit_mangled(const std::string& linkage_name);

  std::string wanted_;
  std::string name_;  // without parameters and blanks
  std::optional<std::string> parameters_;
  WantedName by_symbol_;
};

// Whether a user's name means this DIE, wholly or but for leading scopes.
bool means(std::string_view wanted, Dwarf_Die& function, DwarfTypes& types);
// The last part of a qualified name, without parameters and template arguments: what mentioning() wants.
std::string plain_name(std::string_view name);

}  // namespace uproar
