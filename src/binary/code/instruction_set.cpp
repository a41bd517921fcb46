#include "binary/code/instruction_set.h"

#include <elf.h>

namespace uproar {

std::optional<InstructionSet> instruction_set_of(uint16_t elf_machine) {
  switch (elf_machine) {
    case EM_X86_64:
      return InstructionSet::X86_64;
    case EM_386:
      return InstructionSet::I386;
    case EM_AARCH64:
      return InstructionSet::Arm64;
    default:
      return std::nullopt;
  }
}

}  // namespace uproar
