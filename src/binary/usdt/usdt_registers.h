// Names of machine registers as compilers write them, to the names that the kernel's fetches know. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "binary/code/instruction_set.h"

namespace uproar {

struct MachineRegister {
  enum class Kind : uint8_t {
    General,   // `name` is the kernel's: di for rdi, edi, di and dil; x0 for x0 and w0
    HighByte,  // ah, bh, ch, dh: bits 8 to 15 of `name`
    Pc,        // rip, eip
    Segment,   // `name` is fs, gs …
    Vector,    // SSE, AVX, NEON, x87: never among a probe's registers
    Zero,      // xzr, wzr
  };
  Kind kind = Kind::General;
  std::string name;
  uint8_t bits = 64;  // of the part that was named
};

// `text` without '%'. Nothing for a name that the machine does not have.
std::optional<MachineRegister> machine_register(std::string_view text, InstructionSet set);

}  // namespace uproar
