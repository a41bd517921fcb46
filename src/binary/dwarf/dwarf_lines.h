// Internal to this folder: the line tables.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "binary/dwarf/dwarf_functions.h"

namespace uproar {

class DwarfLines {
 public:
  DwarfLines(DwarfTypes& types, DwarfScopes& scopes, DwarfFunctions& functions)
      : units_(types.units()), scopes_(scopes), functions_(functions) {}

  LineSearch find(std::string_view file, uint32_t line);
  std::vector<std::string> files_like(std::string_view file);
  std::optional<LineAddress> at(uint64_t vaddr);
  std::vector<LineAddress> of_function(uint64_t vaddr);

 private:
  // The units whose line table names a file that ends in `base`.
  std::vector<const DwarfUnit*> units_with(std::string_view base);
  void add_place(uint64_t vaddr, const std::string& file, uint32_t line, LineSearch& search,
                 std::map<const void*, size_t>& by_function, bool is_statement);

  DwarfUnits& units_;
  DwarfScopes& scopes_;
  DwarfFunctions& functions_;
};

// Where the body of the function at [entry, end) begins: where its unit's lines say that the prologue ends, else
// their second address, as debuggers take it.
std::optional<Dwarf_Addr> body_address(const DwarfUnit& unit, Dwarf_Addr entry, Dwarf_Addr end);

// Whether `path` is `wanted` or ends in it after a '/'.
bool is_file(std::string_view path, std::string_view wanted);

}  // namespace uproar
