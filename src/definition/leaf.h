// What stands innermost in a fetch.
#pragma once

#include "definition/ast.h"

namespace uproar {

// What the fetch begins with: itself, or what stands within all its dereferences.
const ast::Fetch& leaf_of(const ast::Fetch& fetch);

// $argN, variables, $params and $vars: forms that the kernel does not know. Whether they are values or memory
// is known only once they are looked up.
bool is_own_form(const ast::Fetch& leaf);

}  // namespace uproar
