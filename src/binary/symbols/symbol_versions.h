// Versions of dynamic symbols.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct Elf;

namespace uproar {

// What .gnu.version, .gnu.version_d and .gnu.version_r say of the entries of .dynsym.
class SymbolVersions {
 public:
  // Of the table in section `dynsym`. What is damaged is left out.
  SymbolVersions(Elf* elf, size_t dynsym);

  struct Version {
    std::string name;  // empty: none
    bool is_default = true;
  };
  Version of(size_t symbol) const;

 private:
  std::vector<uint16_t> indices_;   // one a symbol
  std::vector<std::string> names_;  // by index
};

}  // namespace uproar
