// The rules that need no binary: what the kernel would refuse whatever the target is.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "definition/diagnostic.h"

namespace uproar {

// Which registers exist: the check knows the architecture's names (kernel: arch/*/kernel/ptrace.c
// regoffset_table).
enum class Architecture { X86_64, AArch64 };

// The first rule that `probe` (parsed from `text`) breaks, or success: register names, $retval only in return
// probes, types that need a memory operand, bitfield arithmetic, array sizes, name lengths and alphabet,
// duplicate and reserved names, argument count and expression length, dereference depth, reference counter
// evenness.
Result<void> check(const ast::Probe& probe, std::string_view text, Architecture architecture);

}  // namespace uproar
