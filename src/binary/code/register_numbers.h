// Internal to this folder: capstone's registers by DWARF's numbers. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "binary/code/instruction_set.h"

namespace uproar {

// DWARF's numbers: x86-64 psABI figure 3.36, i386 psABI table 2.14, DWARF for the Arm 64-bit architecture 4.1.
struct RegisterNumber {
  bool is_integer = false;
  uint32_t number = 0;
};

// Of a register of capstone's (X86_REG_…, ARM64_REG_…), whichever part of it that is: %al is that of %rax. Nothing for
// flags, segments and their like.
std::optional<RegisterNumber> register_number(unsigned name, InstructionSet set);

}  // namespace uproar
