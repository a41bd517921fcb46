// Which type may stand behind which fetch.
#pragma once

#include <optional>

#include "definition/ast.h"
#include "definition/diagnostic.h"

namespace uproar {

// What is wrong with the type that was written for the argument.
std::optional<Diagnostic> check_type(const ast::Argument& argument);

}  // namespace uproar
