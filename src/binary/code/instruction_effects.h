// What an instruction does to registers, stack pointer, memory and control flow, as far as it matters where a
// probe may stand. By capstone's details. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "binary/code/instruction_set.h"

namespace uproar {

// Sets of general registers of x86: bit I stands for kGeneralRegisters[I], named as a definition names them.
// Parts of a register (al, eax) count as the whole.
using RegisterSet = uint32_t;
constexpr std::array<std::string_view, 16> kGeneralRegisters{
    "ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr int8_t kFramePointer = 6;  // bp
constexpr int8_t kStackPointer = 7;  // sp

// 0 for a name that is none of them.
RegisterSet register_set_of(std::string_view name);

struct InstructionEffects {
  enum class Flow : uint8_t {
    Next,    // goes on with the next instruction
    Jump,    // goes on elsewhere
    Branch,  // one or the other
    Call,
    Return,
    Stop,  // raises an exception on purpose (ud2, int3, hlt, brk)
  };
  enum class Aim : uint8_t {  // how an indirect Jump finds where to go
    Register,                 // jmp *%rax
    Slot,                     // jmp *0x2fe2(%rip): one fixed word of data
    Memory,                   // jmp *0x8(%rax)
    Indexed,                  // jmp *0x4010(,%rax,8)
  };
  struct Memory {
    int8_t base = -1;  // index into kGeneralRegisters, -1: another register or none
    bool is_indexed = false;
    int64_t displacement = 0;
  };

  uint64_t vaddr = 0;
  uint8_t size = 0;
  Flow flow = Flow::Next;
  std::optional<uint64_t> target;  // Jump, Branch, Call; nothing: indirect
  Aim aim = Aim::Register;         // of a Jump without target
  // Computes in registers and flags and does nothing else: it cannot fault, nobody but the next instructions
  // can see it. Known for x86 only, and only for the common instructions.
  bool is_plain = false;
  RegisterSet written = 0;      // of a plain instruction
  bool writes_vectors = false;  // it too
  // What it adds to the stack pointer, as the next instruction finds it (x86): 0 for a call, nothing where it
  // is changed by an amount that the instruction does not tell.
  std::optional<int64_t> stack_change = 0;
  std::optional<uint64_t> address;    // computed from the program counter (lea 0x2e9b(%rip), adr)
  std::optional<Memory> memory;       // the operand it reads or writes (x86; not the stack of push and pop)
  bool copies_stack_pointer = false;  // mov %rsp,%rbp
};

// Decodes like disassemble(), but to effects.
std::vector<InstructionEffects> effects_of(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set,
                                           size_t limit = SIZE_MAX);

}  // namespace uproar
