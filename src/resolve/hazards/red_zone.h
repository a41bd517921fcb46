// The 128 bytes below the stack pointer that a function may use without saying so.
#pragma once

#include "binary/code/function_code.h"

namespace uproar {

// Whether the function may keep values below its stack pointer (System V x86-64; compilers do in functions
// that call nothing): it reads or writes below the stack pointer, or below what it has claimed of the frame
// that the frame pointer names, or could not be decoded.
bool may_use_red_zone(const FunctionCode& function);

}  // namespace uproar
