// AST to canonical text: parse(print(x)) is x again.
#pragma once

#include <string>

#include "definition/ast.h"

namespace uproar {

// Canonical: explicit kind and colon if there is a name, file offsets as 0x%016x as the kernel prints them,
// quotes only where blanks need them, numbers in fetches as the kernel lists them (decimal dereference
// offsets).
std::string print(const ast::Line& line);
std::string print(const ast::Probe& probe);
std::string print(const ast::Fetch& fetch);
std::string print(const ast::Type& type);

}  // namespace uproar
