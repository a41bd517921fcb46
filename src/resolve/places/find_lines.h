// SITE given by a line of the source to places. By DWARF.
#pragma once

#include <string_view>

#include "base/result.h"
#include "binary/dwarf/line_info.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "resolve/places/found_place.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// FILE:LINE and FUNC:LINE (LINE counts from the function's own line, 0). Several places when the line was
// inlined or split among functions. Errors, underlined in `text`: no debug information (and how to get it),
// no such file (near names), no code on the line (the next line that has), a function of that name is not
// there or ambiguous.
Result<FoundPlaces> find_lines(const ast::Site& site, std::string_view text, ProbedFile& file,
                               Hazards& hazards);

// A place in a function, or in a call of it that was inlined.
FoundPlace place_of(const FunctionInstance& function, uint64_t vaddr);

}  // namespace uproar
