#include "binary/dwarf/prologue.h"

#include <array>
#include <optional>

#include "binary/code/disassembler.h"

namespace uproar {
namespace {

constexpr int kMaxInstructions = 96;

struct RegisterName {
  bool is_integer = false;
  uint32_t number = 0;  // DWARF's
};

std::optional<RegisterName> x86_register(unsigned number) {
  struct Row {
    uint32_t dwarf;
    unsigned names[5];
  };
  static constexpr Row kRows[] = {
      {0, {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH}},
      {1, {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH}},
      {2, {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH}},
      {3, {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH}},
      {4, {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL, 0}},
      {5, {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL, 0}},
      {6, {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL, 0}},
      {7, {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL, 0}},
      {8, {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B, 0}},
      {9, {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B, 0}},
      {10, {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B, 0}},
      {11, {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B, 0}},
      {12, {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B, 0}},
      {13, {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B, 0}},
      {14, {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B, 0}},
      {15, {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B, 0}},
  };
  if (number == X86_REG_INVALID) return std::nullopt;
  for (const Row& row : kRows) {
    for (unsigned name : row.names) {
      if (name == number) return RegisterName{true, row.dwarf};
    }
  }
  if (number >= X86_REG_XMM0 && number <= X86_REG_XMM15) {
    return RegisterName{false, 17 + number - X86_REG_XMM0};
  }
  return std::nullopt;
}

std::optional<RegisterName> arm_register(unsigned number) {
  if (number == ARM64_REG_SP) return RegisterName{true, 31};
  if (number == ARM64_REG_X29) return RegisterName{true, 29};
  if (number == ARM64_REG_X30) return RegisterName{true, 30};
  if (number >= ARM64_REG_X0 && number <= ARM64_REG_X28) return RegisterName{true, number - ARM64_REG_X0};
  if (number >= ARM64_REG_W0 && number <= ARM64_REG_W30) return RegisterName{true, number - ARM64_REG_W0};
  if (number >= ARM64_REG_D0 && number <= ARM64_REG_D31)
    return RegisterName{false, 64 + number - ARM64_REG_D0};
  if (number >= ARM64_REG_S0 && number <= ARM64_REG_S31)
    return RegisterName{false, 64 + number - ARM64_REG_S0};
  if (number >= ARM64_REG_Q0 && number <= ARM64_REG_Q31)
    return RegisterName{false, 64 + number - ARM64_REG_Q0};
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(InstructionSet set)
      : arm_(set == InstructionSet::Arm64), i386_(set == InstructionSet::I386) {
    for (uint32_t i = 0; i < 96; ++i) origin_[i] = {false, 0, i};
    origin_.erase(stack_pointer());
    set_frame(stack_pointer(), 0);
  }

  // False: the straight line ends here.
  bool take(const Disassembler& disassembler, const cs_insn& insn) {
    here_ = insn.address;
    if (disassembler.in_group(insn, CS_GRP_CALL) || disassembler.in_group(insn, CS_GRP_RET)) return false;
    if (disassembler.in_group(insn, CS_GRP_JUMP)) {
      result_.end = insn.address + insn.size;
      return is_conditional(insn);
    }
    const bool known = arm_ ? take_arm(insn) : take_x86(insn);
    if (!known && !forget_written(disassembler.handle(), insn)) return false;
    result_.end = insn.address + insn.size;
    return true;
  }

  Prologue finish() { return std::move(result_); }

 private:
  uint32_t stack_pointer() const { return arm_ ? 31 : i386_ ? 4 : 7; }
  int64_t word() const { return arm_ ? 0 : i386_ ? 4 : 8; }  // of the return address

  // The stack pointer counts where the frame is largest, others from when they are set: the end of a short
  // function takes them back.
  void set_frame(uint32_t number, int64_t place) {
    frame_[number] = place;
    auto [known, is_new] = result_.frame_registers.try_emplace(number, place);
    if (!is_new && number == stack_pointer() && place < known->second) known->second = place;
  }

  bool is_conditional(const cs_insn& insn) const {
    if (!arm_) return insn.id != X86_INS_JMP && insn.id != X86_INS_LJMP;
    return insn.id != ARM64_INS_BR && (insn.id != ARM64_INS_B || insn.detail->arm64.cc != ARM64_CC_INVALID);
  }

  std::optional<RegisterName> named(unsigned number) const {
    return arm_ ? arm_register(number) : x86(number);
  }

  bool forget_written(csh handle, const cs_insn& insn) {
    cs_regs read{}, written{};
    uint8_t reads = 0, writes = 0;
    if (cs_regs_access(handle, &insn, read, &reads, written, &writes) != CS_ERR_OK) return false;
    for (uint8_t i = 0; i < writes; ++i) {
      if (auto name = named(written[i])) forget(name->number);
    }
    return true;
  }
  void forget(uint32_t number) {
    result_.first_write.try_emplace(number, here_);
    origin_.erase(number);
    frame_.erase(number);
  }

  void copy(uint32_t to, uint32_t from) {
    auto origin = origin_.find(from);
    auto frame = frame_.find(from);
    const std::optional<EntryValue> kept =
        origin == origin_.end() ? std::nullopt : std::optional(origin->second);
    const std::optional<int64_t> place = frame == frame_.end() ? std::nullopt : std::optional(frame->second);
    forget(to);
    if (kept) origin_[to] = *kept;
    if (place) set_frame(to, *place);
  }

  void store(const cs_insn& insn, RegisterName name, uint32_t base, int64_t displacement, uint32_t size) {
    auto frame = frame_.find(base);
    auto origin = origin_.find(name.number);
    if (frame == frame_.end()) return;
    const int64_t slot = frame->second + displacement;
    slots_.erase(slot);
    if (origin == origin_.end()) return;
    slots_[slot] = origin->second;
    result_.stores.push_back({insn.address, slot, size, origin->second});
  }

  // What was put aside comes back, or a parameter that the caller put on the stack.
  void load(RegisterName name, uint32_t base, int64_t displacement) {
    auto frame = frame_.find(base);
    std::optional<EntryValue> value;
    if (frame != frame_.end()) {
      const int64_t slot = frame->second + displacement;
      auto known = slots_.find(slot);
      if (known != slots_.end()) {
        value = known->second;
      } else if (slot >= word()) {
        value = EntryValue{true, slot, 0};
      }
    }
    forget(name.number);
    if (value) origin_[name.number] = *value;
  }

  void move_frame(uint32_t number, int64_t distance) {
    result_.first_write.try_emplace(number, here_);
    auto frame = frame_.find(number);
    if (frame != frame_.end()) set_frame(number, frame->second + distance);
  }

  // i386 has the first eight under other numbers.
  std::optional<RegisterName> x86(unsigned number) const {
    static constexpr std::array<uint32_t, 8> kI386 = {0, 2, 1, 3, 6, 7, 5, 4};
    auto name = x86_register(number);
    if (i386_ && name && name->is_integer) name->number = kI386[name->number & 7];
    return name;
  }

  bool take_x86(const cs_insn& insn) {
    const cs_x86& detail = insn.detail->x86;
    const cs_x86_op* ops = detail.operands;  // Intel's order: the target first
    switch (insn.id) {
      case X86_INS_PUSH:
        move_frame(stack_pointer(), -word());
        return true;
      case X86_INS_ENDBR32:
      case X86_INS_ENDBR64:
      case X86_INS_CMP:
      case X86_INS_TEST:
      case X86_INS_NOP:
        return true;
      case X86_INS_SUB:
      case X86_INS_ADD: {
        auto target = ops[0].type == X86_OP_REG ? x86(ops[0].reg) : std::nullopt;
        if (!target || ops[1].type != X86_OP_IMM || !frame_.count(target->number)) return false;
        move_frame(target->number, insn.id == X86_INS_SUB ? -ops[1].imm : ops[1].imm);
        return true;
      }
      case X86_INS_LEA: {
        auto target = x86(ops[0].reg);
        auto base = x86(ops[1].mem.base);
        if (!target || !base || ops[1].mem.index != X86_REG_INVALID || !frame_.count(base->number))
          return false;
        const int64_t place = frame_[base->number] + ops[1].mem.disp;
        forget(target->number);
        set_frame(target->number, place);
        return true;
      }
      case X86_INS_AND:  // Rust: a bool is its lowest bit
        if (ops[0].type != X86_OP_REG || ops[0].size != 1 || ops[1].type != X86_OP_IMM || ops[1].imm != 1)
          return false;
        if (auto name = x86(ops[0].reg)) result_.first_write.try_emplace(name->number, here_);
        return true;
      case X86_INS_MOV:
      case X86_INS_MOVSS:
      case X86_INS_MOVSD:
      case X86_INS_MOVAPS:
      case X86_INS_MOVAPD:
      case X86_INS_MOVUPS:
      case X86_INS_MOVDQA:
      case X86_INS_MOVQ:
      case X86_INS_MOVD:
        break;
      default:
        return false;
    }
    if (ops[1].type == X86_OP_MEM && ops[0].type == X86_OP_REG) {
      auto target = x86(ops[0].reg);
      auto base = x86(ops[1].mem.base);
      const bool plain = ops[1].mem.index == X86_REG_INVALID && ops[1].mem.segment == X86_REG_INVALID;
      if (!target || !base || !plain) return false;
      load(*target, base->number, ops[1].mem.disp);
      return true;
    }
    auto source = ops[1].type == X86_OP_REG ? x86(ops[1].reg) : std::nullopt;
    if (!source) return false;
    if (ops[0].type == X86_OP_REG) {
      auto target = x86(ops[0].reg);
      if (!target) return false;
      copy(target->number, source->number);
      return true;
    }
    if (ops[0].type != X86_OP_MEM) return false;
    auto base = x86(ops[0].mem.base);
    if (base && ops[0].mem.index == X86_REG_INVALID && ops[0].mem.segment == X86_REG_INVALID) {
      store(insn, *source, base->number, ops[0].mem.disp, ops[0].size);
    }
    return true;
  }

  bool take_arm(const cs_insn& insn) {
    const cs_arm64& detail = insn.detail->arm64;
    const cs_arm64_op* ops = detail.operands;
    auto reg = [&](int i) {
      return i < detail.op_count && ops[i].type == ARM64_OP_REG ? arm_register(ops[i].reg) : std::nullopt;
    };
    switch (insn.id) {
      case ARM64_INS_NOP:
      case ARM64_INS_CMP:
        return true;
      case ARM64_INS_SUB:
      case ARM64_INS_ADD: {
        auto target = reg(0);
        auto base = reg(1);
        if (!target || !base || detail.op_count < 3 || ops[2].type != ARM64_OP_IMM ||
            !frame_.count(base->number)) {
          return false;
        }
        int64_t amount = ops[2].imm;
        if (ops[2].shift.type == ARM64_SFT_LSL) amount <<= ops[2].shift.value & 31;
        const int64_t place = frame_[base->number] + (insn.id == ARM64_INS_SUB ? -amount : amount);
        forget(target->number);
        set_frame(target->number, place);
        return true;
      }
      case ARM64_INS_MOV: {
        auto target = reg(0);
        auto source = reg(1);
        if (!target || !source) return false;
        copy(target->number, source->number);
        return true;
      }
      case ARM64_INS_STR:
      case ARM64_INS_STUR:
      case ARM64_INS_STRB:
      case ARM64_INS_STRH:
      case ARM64_INS_STURB:
      case ARM64_INS_STURH:
      case ARM64_INS_STP:
        return store_arm(insn);
      default:
        return false;
    }
  }

  bool store_arm(const cs_insn& insn) {
    const cs_arm64& detail = insn.detail->arm64;
    const int memory = insn.id == ARM64_INS_STP ? 2 : 1;
    if (detail.op_count <= memory || detail.operands[memory].type != ARM64_OP_MEM) return false;
    const arm64_op_mem& at = detail.operands[memory].mem;
    auto base = arm_register(at.base);
    if (!base || at.index != ARM64_REG_INVALID) return true;
    // Pre-indexed: the base moves first. Post-indexed: it moves afterwards, by the operand behind.
    const bool post = detail.writeback && detail.op_count > memory + 1;
    const int64_t distance = post ? detail.operands[memory + 1].imm : at.disp;
    if (detail.writeback && !post) move_frame(base->number, distance);
    int64_t displacement = detail.writeback ? 0 : at.disp;
    for (int i = 0; i < memory; ++i) {
      const unsigned number = detail.operands[i].reg;
      const bool narrow = (number >= ARM64_REG_W0 && number <= ARM64_REG_W30) ||
                          (number >= ARM64_REG_S0 && number <= ARM64_REG_S31);
      uint32_t size = narrow ? 4 : 8;
      if (insn.id == ARM64_INS_STRB || insn.id == ARM64_INS_STURB) size = 1;
      if (insn.id == ARM64_INS_STRH || insn.id == ARM64_INS_STURH) size = 2;
      if (auto name = arm_register(number)) store(insn, *name, base->number, displacement, size);
      displacement += size;
    }
    if (post) move_frame(base->number, distance);
    return true;
  }

  bool arm_;
  bool i386_;
  uint64_t here_ = 0;                      // the instruction that is taken
  std::map<uint32_t, EntryValue> origin_;  // register → the value of the entry that it holds
  std::map<int64_t, EntryValue> slots_;    // place of the frame → likewise
  std::map<uint32_t, int64_t> frame_;
  Prologue result_;
};

}  // namespace

bool Prologue::keeps(uint32_t dwarf_register, uint64_t vaddr) const {
  if (vaddr > end) return false;
  auto written = first_write.find(dwarf_register);
  return written == first_write.end() || vaddr <= written->second;
}

Prologue read_prologue(std::span<const uint8_t> code, uint64_t vaddr, InstructionSet set) {
  Disassembler& disassembler = shared_disassembler(set, Disassembler::Detail::IntelOperands);
  Reader reader(set);
  for (int i = 0; i < kMaxInstructions; ++i) {
    const cs_insn* insn = disassembler.next(code, vaddr);
    if (!insn || !reader.take(disassembler, *insn)) break;
  }
  return reader.finish();
}

}  // namespace uproar
