// Which type may stand behind which fetch.
#pragma once

#include <cstddef>
#include <optional>

#include "definition/ast.h"
#include "definition/diagnostic.h"

namespace uproar {

// What is wrong with the argument's type, and with the number of steps that fetch and type need together.
std::optional<Diagnostic> check_type(const ast::Argument& argument);

// The fixed part of the argument in a record; a string counts as its 4-byte descriptor, one with a length as
// the 512 bytes that it may have and 8 for their number. What is looked up is taken for one value of 8 bytes.
size_t stored_bytes(const ast::Argument& argument);

}  // namespace uproar
