// Functions of equal code that were folded into one: who else is seen at a place. See binary/dwarf/dwarf_owner.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/hazard.h"
#include "resolve/places/found_place.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// What FoundPlace::linkage_name is of a function that debug information describes.
std::string linkage_name(const FunctionInstance& function);

// The other functions whose calls reach the place, as a person writes them; not the aliases of the one that is
// meant, nor the constructors that a compiler makes of one. Names of C alone, without debug information, do not tell
// aliases from others: none then. `by_units`: those that no symbol names are looked for too, which takes long for
// many places.
std::vector<std::string> functions_sharing(const FoundPlace& place, ProbedFile& file, bool by_units);

// The function of the symbol, where the debug information at its address is another one's (CodeOwner::is_other).
FunctionInstance folded_function(const ElfSymbol& symbol, const CodeOwner& owner);

// `function` is described where a line begins. Of those that share its code, the one that the line stands in, as far
// as their declarations tell; `function` itself where it is inlined.
FunctionInstance function_of_line(FunctionInstance function, const LineAddress& line, ProbedFile& file);

// Whether the debug information at the symbol's address is that of its function, or an alias of it; so also where
// there is none.
bool is_described(const ElfSymbol& symbol, ProbedFile& file);

// Gathers what is to be said of all places of one probe.
class SharedCode {
 public:
  SharedCode(ProbedFile& file, size_t places) : file_(file), by_units_(places <= kFew) {}
  void add(const FoundPlace& place);
  std::optional<Hazard> note() const;

 private:
  static constexpr size_t kFew = 16;

  ProbedFile& file_;
  bool by_units_;
  std::vector<std::string> shared_;  // "take (also give)"
  std::string first_;                // the place's name and the others of the first of them
  std::string first_others_;
};

}  // namespace uproar
