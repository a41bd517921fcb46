// What a user calls a function, compared with the names in symbol tables. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binary/elf/elf_file.h"

namespace uproar {

// How well a symbol fits, best first.
enum class NameMatch : uint8_t {
  Raw,        // the name as it stands in the table
  Full,       // demangled, with its parameters
  Name,       // demangled without parameters, also without template arguments; Go's without type arguments
  Unspelled,  // demangled without the scopes that a source need not write: anonymous namespaces, versions (v1)
  Clone,      // one of these but for the compiler's suffix: f.constprop.0
  Scoped,     // leading scopes left out: area for app::area(int)
  ScopedClone,  // both
  None,
};

// One name that is looked for. Blanks do not count. Most symbols are told apart by a search for one
// identifier in the mangled name; only what holds it is demangled.
class WantedName {
 public:
  // NAME, NAME@VERSION or NAME@@VERSION
  explicit WantedName(std::string_view text);

  // A .cold part fits only under its raw name. One object for each thread.
  NameMatch match(const ElfSymbol& symbol);
  // The same for a name alone, of which no version is known.
  NameMatch match(const std::string& name);

  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }

 private:
  bool fits_version(const ElfSymbol& symbol) const;
  NameMatch match_unspelled();
  NameMatch match_go(std::string_view name);
  NameMatch match_source(std::string_view name);
  NameMatch match_whole(const std::string& name);
  NameMatch match_mangled(const std::string& name);
  NameMatch match_dotted(std::string_view name);

  std::string name_;
  std::string version_;
  bool default_version_ = false;  // @@
  std::string plain_;             // name_ without blanks, const behind its type
  bool of_clone_ = false;         // the suffix is part of what is looked for
  std::string tail_;              // name_ behind its last '.'
  std::string lower_;             // name_ in lower case
  std::string ada_;               // as GNAT spells it, empty for a name without a '.'
  std::string without_dots_;      // name_ without Go's [...] for type arguments
  std::string identifier_;        // the last one, empty when the mangled name need not hold it
  std::string counted_;           // "4area", as mangled names spell it
  std::string demangled_;         // scratch
  std::string squeezed_;
};

}  // namespace uproar
