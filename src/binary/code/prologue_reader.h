// Reads a function's first instructions. Pure.
//
// Code compiled without optimisation (and variables whose address is taken) has one place in the frame for a
// parameter, which the debug information tells for the whole function; at the function's entry nothing is
// there yet. The instructions that fill it are the proof of where it was passed, whatever the language's
// calling convention is.
#pragma once

#include <cstdint>
#include <span>

#include "binary/code/instruction_set.h"
#include "binary/code/prologue.h"

namespace uproar {

// `code` begins at the function's entry, `vaddr`. Looks at straight-line code only (conditional jumps, as
// Go's test of the stack's size, are taken to fall through; calls on x86-64 to come back), up to the first jump.
Prologue read_prologue(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set);

}  // namespace uproar
