// A value that debug information found, as a fetch: what is read of it, from where, and as what type. Finding it is the
// business of variables.h.
#pragma once

#include <string>

#include "base/result.h"
#include "binary/dwarf/variable_info.h"
#include "definition/ast.h"
#include "plan/fetch.h"
#include "resolve/arguments/argument_context.h"
#include "resolve/text_span.h"

namespace uproar {

// The variable as messages speak of it.
struct WrittenVariable {
  std::string name;        // as the user wrote it: "item->note"
  TextSpan where;          // what they underline
  bool is_result = false;  // of the function: registers hold what they do when it has returned
};

// Type, operations, extent, dimensions and conditions of the value; its name is `name`. `type`, if not null, is what
// the user wrote: a string type means what the value points at, or the text itself where it is one. Errors, underlined:
// it cannot be had at context.place, or not be recorded as that type, and what to do instead.
Result<FetchArgument> variable_fetch(const WrittenVariable& written, const FoundValue& value,
                                     const ast::Type* type, const ArgumentContext& context, std::string name);

}  // namespace uproar
