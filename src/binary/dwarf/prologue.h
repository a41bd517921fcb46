// What the first instructions of a function store of the registers that it was called with. Pure.
//
// Code compiled without optimisation (and variables whose address is taken) has one place in the frame for a
// parameter, which the debug information tells for the whole function; at the function's entry nothing is
// there yet. The instructions that fill it are the proof of where it was passed, whatever the language's
// calling convention is.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "binary/code/instruction_set.h"

namespace uproar {

// Where a value was at the entry.
struct EntryValue {
  bool on_stack = false;  // at `slot`, put there by the caller; else in `dwarf_register`
  int64_t slot = 0;       // relative to the stack pointer at the function's entry
  uint32_t dwarf_register = 0;
};

struct ParameterStore {
  uint64_t vaddr = 0;  // of the storing instruction
  int64_t slot = 0;    // relative to the stack pointer at the function's entry
  uint32_t size = 0;   // bytes stored
  EntryValue value;
};

struct Prologue {
  std::vector<ParameterStore> stores;
  // General registers that hold a place of the frame behind it, relative to the stack pointer at the entry.
  std::map<uint32_t, int64_t> frame_registers;
  // Registers that are written, with the first instruction that does so; up to it they are as at the entry.
  std::map<uint32_t, uint64_t> first_write;
  uint64_t end = 0;  // behind the last instruction that was looked at

  // Whether the register holds at `vaddr`, before the instruction there, what it held at the entry.
  bool keeps(uint32_t dwarf_register, uint64_t vaddr) const;
};

// `code` begins at the function's entry, `vaddr`. Looks at straight-line code only (conditional jumps, as
// Go's test of the stack's size, are taken to fall through), up to the first call or jump.
Prologue read_prologue(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set);

}  // namespace uproar
