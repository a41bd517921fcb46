// SITE given by the name of a function, or by a pattern of names, to places.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "resolve/options.h"
#include "resolve/places/found_place.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// Symbol: one place, or several with options.all, for an IFUNC (its implementations), for the copies that the
// compiler made of a function, and for one that was inlined (every instance; a Note says so). Names match as
// they are in the symbol table, with their version (foo@V1, foo@@V2), as the source writes them, or demangled:
// with or without the parameters, and with or without leading scopes where nothing fits better; FILE:NAME for
// those of one source file (function_candidates.h). Aliases of one address are one place. A return probe has no
// places in inlined calls: then they are only spoken of.
//
// Glob: all that match (match_functions.h).
//
// Errors, underlined in `text`: no such function, and why (stripped, only called here and defined in libX,
// near names, debug information of another build), several functions of the name (candidates, and --all),
// data instead of code, an offset beyond the function, nothing that matches a pattern.
Result<FoundPlaces> find_functions(const ast::Site& site, std::string_view text, ProbedFile& file,
                                   bool is_return, const ResolveOptions& options, Hazards& hazards);

// Symbol, for a name that stands in no definition: every function and inlined call of it. Errors are underlined
// in the name itself.
Result<FoundPlaces> find_functions_named(const std::string& name, ProbedFile& file);

}  // namespace uproar
