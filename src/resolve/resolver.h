// AST and binary to plan.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/diagnostic.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"
#include "resolve/options.h"
#include "resolve/target/target_path.h"

namespace uproar {

struct Resolved {
  ProbePlan plan;
  Diagnostics warnings;
  Hazards hazards;
};

// Parses, checks and resolves one definition. Every error is underlined in the user's text: unknown symbol
// (near names), ambiguous symbol (candidates), not an ELF file, offset outside the executable segments, a
// place inside an instruction, an instruction that takes no probe, a variable that is nowhere, …
//
// Where a definition means many places (a pattern, a line that was inlined), those that cannot be probed as
// it says are left out with a Note; only if none is left is it an error.
Result<Resolved> resolve_definition(std::string_view text, const PathEnvironment& environment,
                                    const ResolveOptions& options = {});

}  // namespace uproar
