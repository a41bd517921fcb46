// $argN at a function's entry, by the calling convention of the function's language. Pure but for the file.
#pragma once

#include "base/result.h"
#include "definition/ast.h"
#include "plan/fetch.h"
#include "resolve/arguments/argument_context.h"

namespace uproar {

// System V x86-64 (six registers, then the stack), the Windows convention there (ms_abi: four registers by position,
// then the stack; where the debug information or the function's first instructions show it), AArch64 (eight, then the stack), i386 (the stack, 4 bytes
// each), Go's ABIInternal (1.17 and later: ax, bx, cx, di, si, r8, r9, r10, r11 …) and its older stack ABI.
// Counted are words of integers and pointers: a string of Go is two of them, a double none (Go, and C's
// conventions, pass it elsewhere). The type is the machine's word, x64 or x32. Errors: not at a function's
// entry (in a return probe the registers hold something else by then), more arguments than the Go registers.
Result<FetchArgument> function_argument(uint32_t number, Span span, const ArgumentContext& context);

// The register that holds a function's result in the language of `context.file`, as `$retval` is to be
// fetched where a return probe cannot be used (Go). Of several results it is the first. Error: it is on the
// stack, behind the arguments, whose size is not known here (Go's older ABI).
Result<FetchOperation> result_register(Span span, const ArgumentContext& context);

}  // namespace uproar
