// :TYPE as it was written to the type of a fetch. Pure.
#pragma once

#include "definition/ast.h"
#include "plan/fetch.h"

namespace uproar {

ValueType written_type(const ast::Type& written);

}  // namespace uproar
