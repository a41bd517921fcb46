// Internal to this folder: which variable outside of functions a name means, as the source would have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "binary/dwarf/variable_info.h"
#include "binary/types/dwarf_types.h"

namespace uproar {

// Where a name is used.
struct NameUse {
  const DwarfUnit* unit = nullptr;    // whose code it is; null: not known
  std::optional<Dwarf_Die> function;  // the one that is meant, which may be inlined
};

struct GlobalVariable {
  Dwarf_Die die{};
  // It is only declared in this file: what the linker calls the variable. Empty where `die` tells its place,
  // or that it has none.
  std::string symbol;
};

class DwarfGlobals {
 public:
  explicit DwarfGlobals(DwarfTypes& types) : types_(types), units_(types.units()) {}

  // In the order in which a compiler would look: the scopes around the function, then its file, then what
  // other files export. Last, and only if there is one of the name, what the language would not see from
  // there: other namespaces, statics of other files. One that the compiler removed hides the others as it does
  // in the source. `name` may be FILE:NAME, which looks in that file alone. Nothing with a fault of the kind
  // Ambiguous: `fault.names` are those to choose from; without: there is none.
  std::optional<GlobalVariable> find(const NameUse& use, std::string_view name, VariableFault& fault);
  // That of a declaration (extern) that was met elsewhere.
  std::optional<GlobalVariable> of_declaration(Dwarf_Die die, const NameUse& use);

 private:
  struct Candidate;
  struct Wanted;
  struct Home;
  Home home_of(const NameUse& use);
  const DwarfUnit* home_of(Dwarf_Die die);
  std::vector<Candidate> collect(const NameUse& use, const Home& home, const Wanted& wanted);
  void add_copies(std::vector<Candidate>& found);
  std::optional<GlobalVariable> from_scopes(const std::vector<Candidate>& found, const Home& home,
                                            const Wanted& wanted, bool& ambiguous);
  static bool is_one(const std::vector<const Candidate*>& among, bool are_statics);
  static std::vector<std::string> told_apart(const std::vector<const Candidate*>& among);
  std::optional<GlobalVariable> chosen(const std::vector<const Candidate*>& among, bool& ambiguous);
  GlobalVariable answer(const Candidate& candidate);

  DwarfTypes& types_;
  DwarfUnits& units_;
};

}  // namespace uproar
