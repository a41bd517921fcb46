// $argN at a function's entry, by the calling convention of the function's language. Pure but for the file.
#pragma once

#include "base/result.h"
#include "definition/ast.h"
#include "plan/fetch.h"
#include "resolve/arguments.h"

namespace uproar {

// System V x86-64 (six registers, then the stack), AArch64 (eight, then the stack), i386 (the stack, 4 bytes
// each), Go's ABIInternal (1.17 and later: ax, bx, cx, di, si, r8, r9, r10, r11 …) and its older stack ABI.
// The type is x64 of the machine's word. Errors: not at a function's entry (in a return probe the registers
// hold something else by then), more arguments than the Go registers.
Result<FetchArgument> function_argument(uint32_t number, Span span, const ArgumentContext& context);

// The register that holds a function's result in the language of `context.file`, as `$retval` is to be
// fetched where a return probe cannot be used (Go).
FetchOperation result_register(const ArgumentContext& context);

}  // namespace uproar
