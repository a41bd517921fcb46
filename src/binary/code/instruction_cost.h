// What the kernel does about a uprobe on an instruction, and so what a hit costs. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "binary/code/instruction_set.h"

namespace uproar {

enum class InstructionCost : uint8_t {
  Emulated,   // about 1 µs a hit: the kernel does its work itself
  Optimised,  // about 0.5 µs where the kernel turns the 5-byte nop into a call (x86-64, 6.18), else Emulated
  SingleStepped,  // about 5 µs a hit: a copy is executed out of line, and traps
  Refused,        // no probe is possible
};

struct InstructionVerdict {
  InstructionCost cost = InstructionCost::SingleStepped;
  std::string_view reason;  // of Refused, follows a colon: "the kernel refuses the lock prefix"; else empty
};

// `bytes` is one whole instruction. Refused are those that the kernel does not take (x86: ENOTSUPP 524 and
// ENOEXEC, arm64: EINVAL; only while a process maps the file, otherwise it says nothing and never fires) and
// those that it takes for another one and so would execute wrongly.
//
// x86: arch/x86/kernel/uprobes.c of 6.18, every one-byte and VEX opcode tried for 64-bit and 32-bit
// processes. The kernel looks the opcode byte of a VEX or EVEX instruction up among the one-byte opcodes:
// vpor (eb) is emulated as a jmp. Emulation of the longer nops came with 6.16; before, they are
// single-stepped. arm64: arch/arm64/kernel/probes/decode-insn.c, as it is since 6.12.
InstructionVerdict judge_instruction(std::span<const uint8_t> bytes, InstructionSet set);

}  // namespace uproar
