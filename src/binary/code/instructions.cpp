#include "binary/code/instructions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "binary/code/disassembler.h"

namespace uproar {
namespace {

constexpr uint64_t kArm64Size = 4;

Instruction to_instruction(const Disassembler& disassembler, const cs_insn& insn) {
  Instruction instruction;
  instruction.vaddr = insn.address;
  instruction.size = static_cast<uint8_t>(insn.size);
  instruction.text = disassembler.text(insn);
  instruction.bytes.assign(insn.bytes, insn.bytes + insn.size);
  return instruction;
}

// Where the instruction that holds `offset` begins; nothing if the walk from the start does not get there.
std::optional<uint64_t> start_of_holder(std::span<const uint8_t> code, uint64_t vaddr, uint64_t offset,
                                        InstructionSet set) {
  if (set == InstructionSet::Arm64) {
    const uint64_t within = (vaddr + offset) % kArm64Size;
    return within <= offset ? std::optional(offset - within) : std::nullopt;
  }
  Disassembler& disassembler = shared_disassembler(set, Disassembler::Detail::None);
  uint64_t start = 0;
  while (start < offset) {
    const cs_insn* insn = disassembler.next(code, vaddr);
    if (!insn) return std::nullopt;
    if (offset - start < insn->size) return start;
    start += insn->size;
  }
  return start;
}

}  // namespace

std::string hex_of(std::span<const uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, " "));
}

std::vector<Instruction> disassemble(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set,
                                     size_t limit) {
  code = code.first(std::min(code.size(), kMaxDecodedCode));
  Disassembler& disassembler = shared_disassembler(set, Disassembler::Detail::Operands);
  std::vector<Instruction> instructions;
  while (instructions.size() < limit) {
    const cs_insn* insn = disassembler.next(code, vaddr);
    if (!insn) break;
    instructions.push_back(to_instruction(disassembler, *insn));
  }
  return instructions;
}

InstructionAt instruction_at(std::span<const uint8_t> code, uint64_t vaddr, uint64_t offset,
                             InstructionSet set) {
  code = code.first(std::min(code.size(), kMaxDecodedCode));
  if (offset >= code.size()) return {};
  auto start = start_of_holder(code, vaddr, offset, set);
  if (!start) return {};
  auto found = disassemble(code.subspan(*start), vaddr + *start, set, 1);
  if (found.empty()) return {};
  const auto fit = *start == offset ? InstructionAt::Fit::Boundary : InstructionAt::Fit::Inside;
  return {fit, std::move(found.front())};
}

}  // namespace uproar
