// $argN at a USDT place.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/span.h"
#include "plan/fetch.h"
#include "resolve/arguments/argument_context.h"

namespace uproar {

// The operations of "N@OP" (size, sign and all) of `context.place`. Errors: the probe has fewer arguments
// there, an operand that the kernel's fetches cannot express (scaled index, segment, SSE register), each with
// its text.
Result<FetchArgument> usdt_argument(uint32_t number, Span span, const ArgumentContext& context);

}  // namespace uproar
