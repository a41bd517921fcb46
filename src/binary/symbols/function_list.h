// The functions of a file by patterns of names: for listing and for probes of many places. Pure.
#pragma once

#include <string>
#include <vector>

#include "binary/elf/elf_file.h"
#include "binary/symbols/demangle.h"

namespace uproar {

struct SelectedFunction {
  const ElfSymbol* symbol = nullptr;
  std::string name;  // demangled in the form that was asked for, or as it stands in the table
};

// Functions and labels of code that match one of `globs` (base/glob.h, with the shell's [^a] too; all if there
// are none) with their name as it stands in the table or demangled without parameters, Rust also without the
// brackets around an implementation's type. By address; names of one address that read the same stand once.
// An entry of a jump table is the function behind it. Without .cold parts, and without resolvers of names that are chosen at load time unless `with_ifuncs`.
//
// Only names that may match are demangled, in as many threads as pay.
std::vector<SelectedFunction> select_functions(const std::vector<ElfSymbol>& symbols,
                                               const std::vector<std::string>& globs, NameForm form,
                                               bool with_ifuncs);

// What every name that matches the pattern holds, spelled as in its mangled form: the longest identifier of
// the pattern. Empty when there is none that could not be spelled otherwise.
std::string identifier_of_glob(const std::string& glob);

}  // namespace uproar
