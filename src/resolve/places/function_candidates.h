// The code that a function's name means, by symbols and by debug information together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "binary/dwarf/line_info.h"
#include "binary/symbols/function_names.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// A name as a site gives it: NAME, or FILE:NAME for that of one source file.
struct NamedFunction {
  std::string file;  // whole path or its end; empty: any
  std::string name;
};
NamedFunction named_function(const std::string& symbol);

// An entry of calls.
struct FunctionCandidate {
  ElfSymbol symbol;  // the source's name where no table has one at that address
  std::optional<FunctionInstance> source;
  size_t group = 0;  // copies of one function of the source have the same
};

struct FunctionCandidates {
  NameMatch how = NameMatch::None;        // of the best of them
  std::vector<FunctionCandidate> code;    // by address, each once
  std::vector<FunctionInstance> inlined;  // calls that were inlined, by address
  size_t groups = 0;                // functions of the source that are meant, those of `inlined` included
  std::vector<std::string> parts;   // what the functions' callers did not inline of them: f.part.0
  const ElfSymbol* data = nullptr;  // only when nothing else fits
};

// Everything that fits the name best. Names are those of symbols (find_named) and of the debug information; an
// entry of a jump table of control flow integrity is the function behind it (f.cfi); resolvers and cold parts are
// none. Copies and clones that the compiler made of one function (by where it is declared, or without debug
// information by their symbols) are one group. `with_debug_info`: ask it, also if that means to look for it.
// Error: a FILE is given and there is no debug information.
Result<FunctionCandidates> find_candidates(const NamedFunction& wanted, const std::vector<ElfSymbol>& symbols,
                                           ProbedFile& file, bool with_debug_info);

// "a.c:helper", as much of the path as tells it from the others of `all`; the name alone where no file is known.
std::string name_with_file(const FunctionCandidate& candidate, const std::vector<FunctionCandidate>& all,
                           const std::string& name);

}  // namespace uproar
