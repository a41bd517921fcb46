// AST and binary to plan.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "binary/elf/elf_file.h"
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

// Functions by file offset, for tables. Each file is opened once.
class SymbolLookup {
 public:
  // "readline" or "readline+0x12", empty when unknown.
  std::string at(const std::string& path, uint64_t file_offset);

 private:
  std::map<std::string, std::unique_ptr<ElfFile>> files_;  // nullptr: cannot be opened
};

}  // namespace uproar
