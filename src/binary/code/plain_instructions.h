// Which x86 instructions do nothing but compute. Only for the .cpp files of this folder: the numbers are
// capstone's.
#pragma once

#include <cstdint>

namespace uproar {

enum class Plain : uint8_t {
  No,
  WritesNothing,  // but flags
  WritesLast,     // the last operand, in AT&T order
  WritesImplied,  // registers that no operand names
};

// Of instructions that only compute, if their operands are general registers and constants.
Plain plain_kind(unsigned id);

// The zeroing and copying of vector registers.
bool is_plain_vector(unsigned id);

}  // namespace uproar
