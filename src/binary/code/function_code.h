// The decoded code of one function. Plain data.
#pragma once

#include <cstdint>
#include <vector>

#include "binary/code/instruction_effects.h"

namespace uproar {

struct FunctionExtent {
  uint64_t vaddr = 0;
  uint64_t size = 0;
};

struct IndirectJump {
  uint64_t vaddr = 0;
  InstructionEffects::Aim aim = InstructionEffects::Aim::Register;
};

// The instructions of one function, from its start.
struct FunctionCode {
  FunctionExtent extent;
  std::vector<InstructionEffects> instructions;
  bool is_whole = false;  // decoded to its end: without, what is not here may be anything
  std::vector<IndirectJump> indirect_jumps;
  // Where jump tables may lead, as far as inside the function; looked for only where an indirect jump is not
  // by a fixed slot. Any data whose address the function takes and that reads like a table counts as one
  // (distances of 4 bytes from the table, or whole addresses): too many rather than too few.
  std::vector<uint64_t> table_targets;
};

}  // namespace uproar
