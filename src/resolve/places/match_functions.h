// SITE given by a pattern of names, to places.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "resolve/places/found_place.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// Every function whose name, mangled or demangled without parameters, matches; each address once, under its
// demangled name without parameters, ascending. At most kMaxSites. Names that are chosen at load time are left
// out with a Note. Nothing that matches is an error, underlined in `text`.
Result<FoundPlaces> match_functions(const ast::Site& site, std::string_view text, ProbedFile& file,
                                    Hazards& hazards);

}  // namespace uproar
