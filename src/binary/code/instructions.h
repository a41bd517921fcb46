// Machine code to instructions, by capstone. Pure: bytes in, a list out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "binary/code/instruction_set.h"

namespace uproar {

struct Instruction {
  uint64_t vaddr = 0;
  uint8_t size = 0;            // bytes.size(), 1…15
  std::string text;            // "push %rbp": AT&T syntax on x86, as the %REG of a definition
  std::vector<uint8_t> bytes;  // as in the file
};

// "f3 0f 1e fa"
std::string hex_of(std::span<const uint8_t> bytes);

// The instructions of `code`, whose first byte is at `vaddr` and begins one; at most `limit` of them. Ends
// early at bytes that are no instruction (data between code, an extension that capstone does not know), at an
// instruction that is cut off, and after kMaxDecodedCode bytes.
std::vector<Instruction> disassemble(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set,
                                     size_t limit = SIZE_MAX);

struct InstructionAt {
  enum class Fit : uint8_t {
    NotKnown,  // the walk ended before the offset, or there is no instruction at it: nothing is claimed
    Boundary,  // `instruction` begins at the offset
    Inside,    // `instruction` begins before the offset and ends behind it
  };
  Fit fit = Fit::NotKnown;
  Instruction instruction;  // empty for NotKnown
};

// What stands at `code[offset]`, found by walking from the start of `code`, which must be the start of a
// function: x86 code decoded from anywhere else looks as valid and is another program. Arm64 needs no walk.
InstructionAt instruction_at(std::span<const uint8_t> code, uint64_t vaddr, uint64_t offset,
                             InstructionSet set);

}  // namespace uproar
