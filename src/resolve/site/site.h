// SITE given as a number, a file offset or an address, to a place in the file.
#pragma once

#include <string_view>

#include "base/result.h"
#include "binary/elf/elf_file.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"

namespace uproar {

// Forms FileOffset and VirtualAddress; names are found by find_functions.h. Without its path; the symbol that
// holds the place is filled in where it is known.
//
// Errors, underlined in `text`: an address that is none of the file, a place outside the executable segments.
// A number that the user gave is what insists: only where no code can be is it refused. A Note speaks of a
// place in the resolver of a name that is chosen at load time.
Result<ProbeSite> resolve_site(const ast::Site& site, std::string_view text, ElfFile& file, Hazards& hazards);

}  // namespace uproar
