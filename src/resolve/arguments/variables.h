// Variables of the program's source to fetches, by DWARF.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "definition/ast.h"
#include "plan/fetch.h"
#include "resolve/arguments/argument_context.h"

namespace uproar {

// Operations and type of a variable at context.place. `type`, if not null, is what the user wrote and wins
// over the source's own: a char pointer with :string is the text, with :x64 the address. Errors, underlined:
// no debug information (and how to get it), no such variable (those that there are), no such field, optimised
// out, in an SSE register, in pieces, a whole struct, floating point in a register.
Result<FetchArgument> variable_argument(const ast::Variable& variable, Span span, const ast::Type* type,
                                        const ArgumentContext& context);

// What the function returns, with steps from there on; without `type` in the type that it has in the source. The
// same errors, and: it returns nothing. Nothing: the debug information says nothing of the function, and the value
// is to be fetched as it is.
Result<std::optional<FetchArgument>> result_argument(const ast::Variable& result, Span span,
                                                     const ast::Type* type, const ArgumentContext& context);

// $params and $vars: every one that can be recorded, by its name; a Note for each that cannot be, naming the
// reason, goes to `left_out`.
Result<std::vector<FetchArgument>> variable_list(const ast::VariableList& list, Span span,
                                                 const ArgumentContext& context,
                                                 std::vector<std::string>& left_out);

}  // namespace uproar
