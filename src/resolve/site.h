// SITE of a definition to a place in the file.
#pragma once

#include <string_view>

#include "base/result.h"
#include "binary/elf_file.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"

namespace uproar {

struct ResolvedSite {
  ProbeSite site;                     // without its path
  const LoadSegment* code = nullptr;  // the executable segment that holds it; owned by the file
};

// Errors, underlined in `text`: no such function (near names), several of the name (candidates), data instead
// of code, a name that is chosen at load time (IFUNC), an offset beyond the function, a place outside the
// executable segments. An offset or address that the user gave as a number is what insists: only where no
// code can be is it refused.
Result<ResolvedSite> resolve_site(const ast::Site& site, std::string_view text, ElfFile& file,
                                  Hazards& hazards);

}  // namespace uproar
