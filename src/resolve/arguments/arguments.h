// An argument as written to the operations that fetch it.
#pragma once

#include <vector>

#include "base/result.h"
#include "definition/ast.h"
#include "plan/fetch.h"
#include "resolve/arguments/argument_context.h"

namespace uproar {

// `index` counts from 0; an unnamed argument is called arg<index + 1>, as the kernel does; an unnamed
// variable by its last field or its name. `argument` has passed check().
//
// Without a type a value is x64, $comm and \"text" are string, and a variable has the type that its debug
// information gives it; so has $retval, if there is any. A register, $stackN, $stack, $argN or $retval with a string type means the string
// that it points at. @SYMBOL becomes the kernel's @+OFF, which is no file offset: the kernel adds OFF to (hit
// address - probe offset), so that OFF = symbol's vaddr - (code.vaddr - code.file_offset). Error: no such
// symbol, no such variable, a value that is nowhere.
//
// The result has one argument, or for $params and $vars as many as there are.
Result<std::vector<FetchArgument>> resolve_argument(const ast::Argument& argument, size_t index,
                                                    const ArgumentContext& context);

}  // namespace uproar
