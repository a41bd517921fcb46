// Internal to this folder: functions by name or address, and the calls of them that were inlined.
#pragma once

#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "binary/dwarf/dwarf_scopes.h"
#include "binary/dwarf/line_info.h"

namespace uproar {

class DwarfFunctions {
 public:
  DwarfFunctions(DwarfTypes& types, DwarfScopes& scopes)
      : types_(types), units_(types.units()), scopes_(scopes) {}

  std::vector<FunctionInstance> instances(std::string_view name);
  std::optional<FunctionInstance> function_at(uint64_t vaddr);

  // `die` as an instance in the code of `holder` (the function itself, or the one it is inlined in).
  std::optional<FunctionInstance> describe(Dwarf_Die die, Dwarf_Die holder);

 private:
  // Functions of that name in a unit, and the originals of those that were inlined.
  void add_named(const UnitContents& contents, std::string_view name, std::vector<FunctionInstance>& found,
                 std::vector<Dwarf_Die>& origins);
  struct InlinedSearch {
    std::set<const void*> origins;  // addresses of the DIEs
    size_t left = 0;                // DIEs of the unit that may still be looked at
    size_t text = 0;                // bytes of the names that were found
    bool is_full = false;
  };
  void add_copy(Dwarf_Die& function, InlinedSearch& search, std::vector<FunctionInstance>& found);
  void walk_inlined(Dwarf_Die& parent, Dwarf_Die& holder, InlinedSearch& search, int depth,
                    std::vector<FunctionInstance>& found);

  DwarfTypes& types_;
  DwarfUnits& units_;
  DwarfScopes& scopes_;
};

// [begin, end) of the part of the function's code that holds `address`.
struct CodeRange {
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
};
std::optional<CodeRange> range_with(Dwarf_Die& die, Dwarf_Addr address);
std::vector<CodeRange> ranges_of(Dwarf_Die& die);

}  // namespace uproar
