// The rules of the language: what means nothing whatever the target is and whoever records it.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "definition/diagnostic.h"
#include "definition/registers.h"

namespace uproar {

// The first rule that `probe` (parsed from `text`) breaks, or success: register names, $retval only in return
// probes, types that need a memory operand, bitfield arithmetic, empty arrays, alphabet of names, duplicate
// and reserved names, reference counter evenness. What a back end cannot take (lower/tracefs/tracefs_check.h)
// is none of them.
Result<void> check(const ast::Probe& probe, std::string_view text, Architecture architecture);

}  // namespace uproar
