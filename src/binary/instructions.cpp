#include "binary/instructions.h"

#include <capstone.h>
#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace uproar {
namespace {

constexpr uint64_t kArm64Size = 4;

// Owns a capstone handle and the one instruction that it decodes into.
class Decoder {
 public:
  enum class Detail : uint8_t { None, Operands };

  Decoder(InstructionSet set, Detail detail) : set_(set) {
    const bool arm = set == InstructionSet::Arm64;
    const cs_mode mode = arm ? CS_MODE_ARM : (set == InstructionSet::I386 ? CS_MODE_32 : CS_MODE_64);
    if (cs_open(arm ? CS_ARCH_ARM64 : CS_ARCH_X86, mode, &handle_) != CS_ERR_OK) {
      handle_ = 0;
      return;
    }
    if (!arm) cs_option(handle_, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    if (detail == Detail::Operands) cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    instruction_ = cs_malloc(handle_);
  }
  ~Decoder() {
    if (instruction_) cs_free(instruction_, 1);
    if (handle_ != 0) cs_close(&handle_);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // The instruction at the front of `code`, which is taken off it; nullptr if there is none. Valid until the
  // next call.
  const cs_insn* next(std::span<const uint8_t>& code, uint64_t& vaddr) {
    if (!instruction_ || code.empty()) return nullptr;
    const uint8_t* at = code.data();
    size_t left = code.size();
    if (!cs_disasm_iter(handle_, &at, &left, &vaddr, instruction_)) return nullptr;
    code = code.last(left);
    return instruction_;
  }

  // Needs Detail::Operands.
  std::string text(const cs_insn& insn) const {
    std::string_view mnemonic = insn.mnemonic;
    if (set_ != InstructionSet::Arm64 && suffix_says_nothing(insn)) mnemonic.remove_suffix(1);
    std::string text(mnemonic);
    if (insn.op_str[0] != '\0') text.append(" ").append(insn.op_str);
    return text;
  }

 private:
  bool in_group(const cs_insn& insn, unsigned group) const { return cs_insn_group(handle_, &insn, group); }

  // capstone writes the operand size behind every AT&T mnemonic ("pushq %rbp", "retq"); objdump and perf
  // leave it out where a register or the instruction itself tells it.
  bool suffix_says_nothing(const cs_insn& insn) const {
    const char* name = cs_insn_name(handle_, insn.id);
    std::string_view mnemonic = insn.mnemonic;
    mnemonic.remove_prefix(mnemonic.rfind(' ') + 1);  // "lock "; npos + 1 is 0
    if (!name || !insn.detail || mnemonic.size() != std::strlen(name) + 1) return false;
    if (mnemonic.substr(0, mnemonic.size() - 1) != name) return false;
    if (std::string_view("bwlq").find(mnemonic.back()) == std::string_view::npos) return false;
    if (in_group(insn, CS_GRP_JUMP) || in_group(insn, CS_GRP_CALL) || in_group(insn, CS_GRP_RET)) return true;
    const cs_x86& x86 = insn.detail->x86;
    const cs_x86_op* end = x86.operands + x86.op_count;
    const cs_x86_op* memory =
        std::find_if(x86.operands, end, [](const cs_x86_op& operand) { return operand.type == X86_OP_MEM; });
    if (memory == end) return true;
    return std::any_of(x86.operands, end, [memory](const cs_x86_op& operand) {
      return operand.type == X86_OP_REG && operand.size == memory->size;
    });
  }

  InstructionSet set_;
  csh handle_ = 0;
  cs_insn* instruction_ = nullptr;
};

Instruction to_instruction(const Decoder& decoder, const cs_insn& insn) {
  Instruction instruction;
  instruction.vaddr = insn.address;
  instruction.size = static_cast<uint8_t>(insn.size);
  instruction.text = decoder.text(insn);
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
  Decoder decoder(set, Decoder::Detail::None);
  uint64_t start = 0;
  while (start < offset) {
    const cs_insn* insn = decoder.next(code, vaddr);
    if (!insn) return std::nullopt;
    if (offset - start < insn->size) return start;
    start += insn->size;
  }
  return start;
}

}  // namespace

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

std::string hex_of(std::span<const uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, " "));
}

std::vector<Instruction> disassemble(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set,
                                     size_t limit) {
  code = code.first(std::min(code.size(), kMaxDecodedCode));
  Decoder decoder(set, Decoder::Detail::Operands);
  std::vector<Instruction> instructions;
  while (instructions.size() < limit) {
    const cs_insn* insn = decoder.next(code, vaddr);
    if (!insn) break;
    instructions.push_back(to_instruction(decoder, *insn));
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
  const auto place = *start == offset ? InstructionAt::Place::Boundary : InstructionAt::Place::Inside;
  return {place, std::move(found.front())};
}

}  // namespace uproar
