// AST and binary to plan.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "definition/diagnostic.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"
#include "resolve/target_path.h"

namespace uproar {

struct Resolved {
  ProbePlan plan;
  Diagnostics warnings;
  Hazards hazards;
};

// Parses, checks and resolves one definition. Every error is underlined in the user's text: unknown symbol
// (near names), ambiguous symbol (candidates), not an ELF file, offset outside the executable segments, a
// place inside an instruction, an instruction that takes no probe, …
Result<Resolved> resolve_definition(std::string_view text, const PathEnvironment& environment);

// "readline" or "readline+0x12" for the function at the file offset of `path`, empty when unknown: for
// tables.
std::string symbol_at(const std::string& path, uint64_t file_offset);

}  // namespace uproar
