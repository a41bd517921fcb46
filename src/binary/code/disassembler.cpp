#include "binary/code/disassembler.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string_view>
#include <utility>

namespace uproar {

Disassembler::Disassembler(InstructionSet set, Detail detail) : set_(set) {
  const bool arm = set == InstructionSet::Arm64;
  const cs_mode mode = arm ? CS_MODE_ARM : (set == InstructionSet::I386 ? CS_MODE_32 : CS_MODE_64);
  if (cs_open(arm ? CS_ARCH_ARM64 : CS_ARCH_X86, mode, &handle_) != CS_ERR_OK) {
    handle_ = 0;
    return;
  }
  if (!arm && detail != Detail::IntelOperands) cs_option(handle_, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
  if (detail != Detail::None) cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
  instruction_ = cs_malloc(handle_);
}

Disassembler::~Disassembler() {
  if (instruction_) cs_free(instruction_, 1);
  if (handle_ != 0) cs_close(&handle_);
}

const cs_insn* Disassembler::next(std::span<const uint8_t>& code, uint64_t& vaddr) {
  if (!instruction_ || code.empty()) return nullptr;
  const uint8_t* at = code.data();
  size_t left = code.size();
  if (!cs_disasm_iter(handle_, &at, &left, &vaddr, instruction_)) return nullptr;
  code = code.last(left);
  return instruction_;
}

std::string Disassembler::text(const cs_insn& insn) const {
  std::string_view mnemonic = insn.mnemonic;
  if (set_ != InstructionSet::Arm64 && suffix_says_nothing(insn)) mnemonic.remove_suffix(1);
  std::string text(mnemonic);
  if (insn.op_str[0] != '\0') text.append(" ").append(insn.op_str);
  return text;
}

// capstone writes the operand size behind every AT&T mnemonic ("pushq %rbp", "retq"); objdump and perf leave
// it out where a register or the instruction itself tells it.
bool Disassembler::suffix_says_nothing(const cs_insn& insn) const {
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

Disassembler& shared_disassembler(InstructionSet set, Disassembler::Detail detail) {
  thread_local std::map<std::pair<InstructionSet, Disassembler::Detail>, Disassembler> disassemblers;
  return disassemblers.try_emplace({set, detail}, set, detail).first->second;
}

}  // namespace uproar
