// The machines whose code is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace uproar {

enum class InstructionSet : uint8_t { X86_64, I386, Arm64 };

// By e_machine; nothing for a machine that is not disassembled.
std::optional<InstructionSet> instruction_set_of(uint16_t elf_machine);

// More of one function than this is not looked at.
constexpr size_t kMaxDecodedCode = size_t{1} << 20;

}  // namespace uproar
