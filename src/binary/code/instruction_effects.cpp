#include "binary/code/instruction_effects.h"

#include <algorithm>
#include <string>

#include "binary/code/disassembler.h"
#include "binary/code/plain_instructions.h"

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;
using Aim = InstructionEffects::Aim;

// al, ax, eax and rax are ax; spl is sp; r8b is r8. Nothing for another register.
int8_t general_register(std::string_view name) {
  if (name.empty()) return -1;
  std::string text(name);
  const bool numbered = text.size() > 1 && text[0] == 'r' && text[1] >= '0' && text[1] <= '9';
  if (numbered) {
    if (std::string_view("bwd").find(text.back()) != std::string_view::npos) text.pop_back();
  } else if (text.size() == 3 && (text[0] == 'r' || text[0] == 'e')) {
    text.erase(0, 1);
  } else if (text.size() == 3 && text[2] == 'l') {
    text.pop_back();
  } else if (text.size() == 2 && (text[1] == 'l' || text[1] == 'h')) {
    text[1] = 'x';
  }
  const auto* found = std::find(kGeneralRegisters.begin(), kGeneralRegisters.end(), text);
  return found == kGeneralRegisters.end() ? int8_t{-1}
                                          : static_cast<int8_t>(found - kGeneralRegisters.begin());
}

// capstone's number of a register to an index into kGeneralRegisters, -1: none of them.
using RegisterIndex = std::array<int8_t, X86_REG_ENDING>;

const RegisterIndex& register_index(csh handle) {
  static const RegisterIndex table = [handle] {
    RegisterIndex index;
    for (unsigned each = 0; each < index.size(); ++each) {
      const char* name = cs_reg_name(handle, each);
      index[each] = name ? general_register(name) : int8_t{-1};
    }
    return index;
  }();
  return table;
}

RegisterSet bit(int8_t index) {
  return index < 0 ? 0 : RegisterSet{1} << index;
}

class X86Reader {
 public:
  X86Reader(Disassembler& disassembler, const cs_insn& insn, InstructionEffects& out)
      : disassembler_(disassembler),
        insn_(insn),
        x86_(insn.detail->x86),
        operands_(x86_.operands, x86_.op_count),
        registers_(register_index(disassembler.handle())),
        out_(out) {}

  void read() {
    read_flow();
    read_memory();
    read_plain();
    out_.stack_change = stack_change();
    out_.copies_stack_pointer = insn_.id == X86_INS_MOV && operands_.size() == 2 &&
                                is_stack_pointer(operands_[0]) && operands_[1].type == X86_OP_REG &&
                                index_of(operands_[1].reg) == kFramePointer;
  }

 private:
  int8_t index_of(unsigned reg) const { return reg < registers_.size() ? registers_[reg] : int8_t{-1}; }
  bool is_stack_pointer(const cs_x86_op& operand) const {
    return operand.type == X86_OP_REG && index_of(operand.reg) == kStackPointer;
  }
  const cs_x86_op* memory_operand() const {
    auto found = std::find_if(operands_.begin(), operands_.end(),
                              [](const cs_x86_op& operand) { return operand.type == X86_OP_MEM; });
    return found == operands_.end() ? nullptr : &*found;
  }

  void read_flow() {
    out_.flow = flow();
    const bool goes = out_.flow == Flow::Jump || out_.flow == Flow::Branch || out_.flow == Flow::Call;
    if (!goes) return;
    if (operands_.size() == 1 && operands_[0].type == X86_OP_IMM) {
      const auto target = static_cast<uint64_t>(operands_[0].imm);
      out_.target = disassembler_.set() == InstructionSet::I386 ? target & UINT32_MAX : target;
      return;
    }
    const cs_x86_op* memory = memory_operand();
    if (!memory) return;
    if (memory->mem.index != X86_REG_INVALID) {
      out_.aim = Aim::Indexed;
    } else {
      const bool fixed = memory->mem.base == X86_REG_RIP || memory->mem.base == X86_REG_INVALID;
      out_.aim = fixed ? Aim::Slot : Aim::Memory;
    }
  }

  Flow flow() const {
    switch (insn_.id) {
      case X86_INS_JMP:
      case X86_INS_LJMP:
        return Flow::Jump;
      case X86_INS_LOOP:
      case X86_INS_LOOPE:
      case X86_INS_LOOPNE:
      case X86_INS_JCXZ:
      case X86_INS_JECXZ:
      case X86_INS_JRCXZ:
      case X86_INS_XBEGIN:
        return Flow::Branch;
      case X86_INS_UD0:
      case X86_INS_UD2:
      case X86_INS_HLT:
      case X86_INS_INT1:
      case X86_INS_INT3:
        return Flow::Stop;
      default:
        break;
    }
    if (disassembler_.in_group(insn_, CS_GRP_CALL)) return Flow::Call;
    if (disassembler_.in_group(insn_, CS_GRP_RET) || disassembler_.in_group(insn_, CS_GRP_IRET))
      return Flow::Return;
    return disassembler_.in_group(insn_, CS_GRP_JUMP) ? Flow::Branch : Flow::Next;
  }

  void read_memory() {
    const cs_x86_op* operand = memory_operand();
    if (!operand) return;
    const int64_t displacement = operand->mem.disp;
    if (operand->mem.base == X86_REG_RIP)
      out_.address = insn_.address + insn_.size + static_cast<uint64_t>(displacement);
    if (operand->mem.base == X86_REG_INVALID) out_.address = static_cast<uint64_t>(displacement);
    if (insn_.id == X86_INS_LEA || insn_.id == X86_INS_NOP) return;
    out_.memory = InstructionEffects::Memory{index_of(operand->mem.base),
                                             operand->mem.index != X86_REG_INVALID, displacement};
  }

  void read_plain() {
    const Plain kind = plain_kind(insn_.id);
    const bool vector = is_plain_vector(insn_.id);
    if ((kind == Plain::No && !vector) || out_.flow != Flow::Next || out_.memory) return;
    if (x86_.prefix[0] == X86_PREFIX_LOCK) return;
    if (!vector && !std::all_of(operands_.begin(), operands_.end(), [this](const cs_x86_op& operand) {
          return operand.type != X86_OP_REG || index_of(operand.reg) >= 0 || insn_.id == X86_INS_NOP;
        }))
      return;  // segment, control and debug registers
    if (!vector) out_.written = registers_written(kind);
    out_.writes_vectors = vector;
    out_.is_plain = true;
  }

  RegisterSet registers_written(Plain kind) const {
    if (kind == Plain::WritesNothing) return 0;
    RegisterSet written = 0;
    if (kind == Plain::WritesLast && !operands_.empty() && operands_.back().type == X86_OP_REG)
      written |= bit(index_of(operands_.back().reg));
    cs_regs read;
    cs_regs wrote;
    uint8_t reads = 0;
    uint8_t writes = 0;
    if (cs_regs_access(disassembler_.handle(), &insn_, read, &reads, wrote, &writes) != CS_ERR_OK)
      return ~RegisterSet{0};
    for (uint8_t i = 0; i < writes; ++i) written |= bit(index_of(wrote[i]));
    return written;
  }

  std::optional<int64_t> stack_change() const {
    const int64_t word = disassembler_.set() == InstructionSet::I386 ? 4 : 8;
    const bool odd_width = x86_.prefix[2] == X86_PREFIX_OPSIZE;
    switch (insn_.id) {
      case X86_INS_PUSH:
        return odd_width ? std::nullopt : std::optional(-word);
      case X86_INS_POP:
        if (!operands_.empty() && is_stack_pointer(operands_[0])) return std::nullopt;
        return odd_width ? std::nullopt : std::optional(word);
      case X86_INS_PUSHFQ:
      case X86_INS_PUSHFD:
        return -word;
      case X86_INS_POPFQ:
      case X86_INS_POPFD:
        return word;
      case X86_INS_LEAVE:
      case X86_INS_ENTER:
        return std::nullopt;
      default:
        break;
    }
    if (operands_.empty() || !is_stack_pointer(operands_.back())) return 0;
    switch (insn_.id) {
      case X86_INS_CMP:
      case X86_INS_TEST:
        return 0;
      case X86_INS_SUB:
        return operands_[0].type == X86_OP_IMM ? std::optional(-operands_[0].imm) : std::nullopt;
      case X86_INS_ADD:
        return operands_[0].type == X86_OP_IMM ? std::optional(operands_[0].imm) : std::nullopt;
      case X86_INS_LEA: {
        const x86_op_mem& from = operands_[0].mem;
        const bool simple = index_of(from.base) == kStackPointer && from.index == X86_REG_INVALID;
        return simple ? std::optional(from.disp) : std::nullopt;
      }
      default:
        return std::nullopt;
    }
  }

  Disassembler& disassembler_;
  const cs_insn& insn_;
  const cs_x86& x86_;
  std::span<const cs_x86_op> operands_;
  const RegisterIndex& registers_;
  InstructionEffects& out_;
};

void read_arm64(const cs_insn& insn, InstructionEffects& out) {
  const cs_arm64& arm = insn.detail->arm64;
  switch (insn.id) {
    case ARM64_INS_B: {
      const bool always = arm.cc == ARM64_CC_INVALID || arm.cc == ARM64_CC_AL || arm.cc == ARM64_CC_NV;
      out.flow = always ? Flow::Jump : Flow::Branch;
      break;
    }
    case ARM64_INS_BR:
      out.flow = Flow::Jump;
      break;
    case ARM64_INS_CBZ:
    case ARM64_INS_CBNZ:
    case ARM64_INS_TBZ:
    case ARM64_INS_TBNZ:
      out.flow = Flow::Branch;
      break;
    case ARM64_INS_BL:
    case ARM64_INS_BLR:
      out.flow = Flow::Call;
      break;
    case ARM64_INS_RET:
    case ARM64_INS_ERET:
      out.flow = Flow::Return;
      break;
    case ARM64_INS_BRK:
    case ARM64_INS_HLT:
      out.flow = Flow::Stop;
      break;
    default:
      break;
  }
  if (arm.op_count == 0 || arm.operands[arm.op_count - 1].type != ARM64_OP_IMM) return;
  const auto constant = static_cast<uint64_t>(arm.operands[arm.op_count - 1].imm);
  if (insn.id == ARM64_INS_ADR) out.address = constant;
  if (out.flow == Flow::Jump || out.flow == Flow::Branch || out.flow == Flow::Call) out.target = constant;
}

}  // namespace

RegisterSet register_set_of(std::string_view name) {
  const auto* found = std::find(kGeneralRegisters.begin(), kGeneralRegisters.end(), name);
  return found == kGeneralRegisters.end() ? 0 : bit(static_cast<int8_t>(found - kGeneralRegisters.begin()));
}

std::vector<InstructionEffects> effects_of(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set,
                                           size_t limit) {
  code = code.first(std::min(code.size(), kMaxDecodedCode));
  Disassembler& disassembler = shared_disassembler(set, Disassembler::Detail::Operands);
  std::vector<InstructionEffects> all;
  while (all.size() < limit) {
    const cs_insn* insn = disassembler.next(code, vaddr);
    if (!insn || !insn->detail) break;
    InstructionEffects& out = all.emplace_back();
    out.vaddr = insn->address;
    out.size = static_cast<uint8_t>(insn->size);
    if (set == InstructionSet::Arm64) {
      read_arm64(*insn, out);
    } else {
      X86Reader(disassembler, *insn, out).read();
    }
  }
  return all;
}

}  // namespace uproar
