// SITE to the places that it means, whatever its form.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "resolve/options.h"
#include "resolve/places/found_place.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// At least one place, in the order of their addresses' finding. A return probe has no inlined places (an
// inlined call has no return): they are left out with a Note, or refused where nothing else is left.
Result<FoundPlaces> find_places(const ast::Probe& probe, std::string_view text, ProbedFile& file,
                                const ResolveOptions& options, Hazards& hazards);

}  // namespace uproar
