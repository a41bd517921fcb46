// The AST as text for people and for stored samples: one fact a line, nothing about where it was written.
#pragma once

#include <string>

#include "definition/ast.h"

namespace uproar {

// Two lines have equal dumps exactly if they are equal but for their spans. The layout is fixed:
// formats/definition/samples/ok/*.ast hold it.
std::string dump(const ast::Line& line);

}  // namespace uproar
