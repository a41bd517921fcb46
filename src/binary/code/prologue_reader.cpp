#include "binary/code/prologue_reader.h"

#include <optional>
#include <utility>

#include "binary/code/disassembler.h"
#include "binary/code/entry_state.h"
#include "binary/code/register_numbers.h"

namespace uproar {
namespace {

constexpr int kMaxInstructions = 96;
// DWARF's numbers on x86-64.
constexpr uint32_t kRax = 0;
constexpr uint32_t kRdx = 1;
constexpr uint32_t kFirstVector = 17;

EntryState state_at_entry(InstructionSet set) {
  switch (set) {
    case InstructionSet::Arm64:
      return {31, 0};
    case InstructionSet::I386:
      return {4, 4};
    default:
      return {7, 8};
  }
}

// What each instruction does to the state.
class Reader {
 public:
  explicit Reader(InstructionSet set)
      : set_(set),
        is_arm_(set == InstructionSet::Arm64),
        is_i386_(set == InstructionSet::I386),
        state_(state_at_entry(set)) {}

  // False: the straight line ends here.
  bool take(const Disassembler& disassembler, const cs_insn& insn) {
    state_.begin(insn.address, insn.address + insn.size);
    if (disassembler.in_group(insn, CS_GRP_RET)) return false;
    if (disassembler.in_group(insn, CS_GRP_CALL)) return go_on_behind_call();
    if (disassembler.in_group(insn, CS_GRP_JUMP)) {
      state_.end();
      if (!is_conditional(insn)) return false;
      if (!is_arm_) leave_loop(insn);
      return true;
    }
    compared_.reset();
    note_uses(disassembler.handle(), insn);
    const bool known = is_arm_ ? take_arm(insn) : take_x86(insn);
    if (!known && !forget_written(disassembler.handle(), insn)) return false;
    state_.end();
    return true;
  }

  Prologue finish() { return state_.finish(); }

 private:
  std::optional<RegisterNumber> named(unsigned name) const { return register_number(name, set_); }
  uint32_t word() const { return is_i386_ ? 4 : 8; }

  bool is_conditional(const cs_insn& insn) const {
    if (!is_arm_) return insn.id != X86_INS_JMP && insn.id != X86_INS_LJMP;
    return insn.id != ARM64_INS_BR && (insn.id != ARM64_INS_B || insn.detail->arm64.cc != ARM64_CC_INVALID);
  }

  // Code that is instrumented calls a function that leaves the parameters in their registers, before it stores
  // them. Behind any other call nobody reads a register that was not written since, but for those of results.
  bool go_on_behind_call() {
    if (is_arm_ || is_i386_) return false;
    state_.end();
    for (const uint32_t number : {2, 4, 5, 8, 9}) state_.note_write(number);
    for (uint32_t i = 2; i < 16; ++i) state_.note_write(kFirstVector + i);
    for (const uint32_t number : {kRax, kRdx, uint32_t{10}, uint32_t{11}, kFirstVector, kFirstVector + 1})
      state_.forget(number);
    return true;
  }

  // A large frame is touched page by page in a loop, whose end says where the stack pointer is.
  void leave_loop(const cs_insn& insn) {
    const auto compared = std::exchange(compared_, {});
    const cs_x86_op& target = insn.detail->x86.operands[0];
    if (target.type != X86_OP_IMM || static_cast<uint64_t>(target.imm) >= insn.address) return;
    auto place = compared && insn.id == X86_INS_JNE ? state_.frame(compared->other) : std::nullopt;
    if (place) {
      state_.set_frame(state_.stack_pointer(), *place);
    } else {
      state_.lose_frame(state_.stack_pointer());
    }
  }

  void note_uses(csh handle, const cs_insn& insn) {
    cs_regs read{}, written{};
    uint8_t reads = 0, writes = 0;
    if (is_arm_ || insn.id == X86_INS_PUSH || makes_zero(insn.detail->x86) ||
        cs_regs_access(handle, &insn, read, &reads, written, &writes) != CS_ERR_OK) {
      return;
    }
    for (uint8_t i = 0; i < reads; ++i) {
      if (auto name = named(read[i])) state_.note_use(name->number);
    }
  }
  // xor %edi,%edi
  static bool makes_zero(const cs_x86& detail) {
    const cs_x86_op* ops = detail.operands;
    return detail.op_count == 2 && ops[0].type == X86_OP_REG && ops[1].type == X86_OP_REG &&
           ops[0].reg == ops[1].reg;
  }

  bool forget_written(csh handle, const cs_insn& insn) {
    cs_regs read{}, written{};
    uint8_t reads = 0, writes = 0;
    if (cs_regs_access(handle, &insn, read, &reads, written, &writes) != CS_ERR_OK) return false;
    if (!is_arm_) spoil_memory(insn.detail->x86);
    for (uint8_t i = 0; i < writes; ++i) {
      if (auto name = named(written[i])) state_.forget(name->number);
    }
    return true;
  }
  // What an instruction that is not understood may write in the frame.
  void spoil_memory(const cs_x86& detail) {
    for (uint8_t i = 0; i < detail.op_count; ++i) {
      const cs_x86_op& operand = detail.operands[i];
      if (operand.type != X86_OP_MEM || !(operand.access & CS_AC_WRITE)) continue;
      if (auto place = place_of(operand.mem)) state_.put(*place, operand.size, std::nullopt);
    }
  }

  void store(RegisterNumber name, uint32_t base, int64_t displacement, uint32_t size) {
    if (auto frame = state_.frame(base))
      state_.put(moved(*frame, displacement), size, state_.value(name.number));
  }

  // Of a memory operand that is in the frame.
  std::optional<FramePlace> place_of(const x86_op_mem& memory) const {
    auto base = named(memory.base);
    if (!base || memory.index != X86_REG_INVALID || memory.segment != X86_REG_INVALID) return std::nullopt;
    auto frame = state_.frame(base->number);
    return frame ? std::optional(moved(*frame, memory.disp)) : std::nullopt;
  }

  std::optional<EntryValue> value_of(const cs_x86_op& operand) const {
    if (operand.type == X86_OP_REG) {
      auto name = named(operand.reg);
      return name ? state_.value(name->number) : std::nullopt;
    }
    if (operand.type != X86_OP_MEM) return std::nullopt;
    auto place = place_of(operand.mem);
    return place ? state_.loaded(*place, operand.size) : std::nullopt;
  }

  void push(const cs_x86_op& operand) {
    const auto value = value_of(operand);
    state_.move_frame(state_.stack_pointer(), -int64_t{word()});
    auto top = state_.frame(state_.stack_pointer());
    if (!top) return;
    // Compilers push %rax, which passes no parameter, for the room alone: what is stored there comes later.
    const auto name = operand.type == X86_OP_REG ? named(operand.reg) : std::nullopt;
    const bool is_room = !is_i386_ && name && name->is_integer && name->number == kRax;
    state_.put(*top, word(), value, is_room);
  }
  bool pop(const cs_x86_op& operand) {
    auto name = operand.type == X86_OP_REG ? named(operand.reg) : std::nullopt;
    auto top = state_.frame(state_.stack_pointer());
    if (!name || name->number == state_.stack_pointer() || !top) return false;
    state_.set(name->number, state_.loaded(*top, word()));
    state_.move_frame(state_.stack_pointer(), word());
    return true;
  }

  bool take_x86(const cs_insn& insn) {
    const cs_x86& detail = insn.detail->x86;
    const cs_x86_op* ops = detail.operands;  // Intel's order: the target first
    switch (insn.id) {
      case X86_INS_PUSH:
        push(ops[0]);
        return true;
      case X86_INS_POP:
        return pop(ops[0]);
      case X86_INS_CMP:
        compare(ops);
        return true;
      case X86_INS_ENDBR32:
      case X86_INS_ENDBR64:
      case X86_INS_TEST:
      case X86_INS_NOP:
        return true;
      case X86_INS_SUB:
      case X86_INS_ADD: {
        auto target = ops[0].type == X86_OP_REG ? named(ops[0].reg) : std::nullopt;
        if (!target || ops[1].type != X86_OP_IMM || !state_.frame(target->number)) return false;
        state_.move_frame(target->number, insn.id == X86_INS_SUB ? -ops[1].imm : ops[1].imm);
        return true;
      }
      case X86_INS_LEA: {
        auto target = named(ops[0].reg);
        auto place = place_of(ops[1].mem);
        if (!target || !place) return false;
        state_.set(target->number, EntryValue{EntryValue::Kind::Address, 0, *place});
        return true;
      }
      case X86_INS_AND:
        return take_and(ops);
      case X86_INS_MOV:
      case X86_INS_MOVABS:
      case X86_INS_MOVZX:
      case X86_INS_MOVSX:
      case X86_INS_MOVSXD:
      case X86_INS_MOVSS:
      case X86_INS_MOVSD:
      case X86_INS_MOVAPS:
      case X86_INS_MOVAPD:
      case X86_INS_MOVUPS:
      case X86_INS_MOVUPD:
      case X86_INS_MOVDQA:
      case X86_INS_MOVDQU:
      case X86_INS_MOVLPS:
      case X86_INS_MOVLPD:
      case X86_INS_MOVQ:
      case X86_INS_MOVD:
      case X86_INS_VMOVSS:
      case X86_INS_VMOVSD:
      case X86_INS_VMOVAPS:
      case X86_INS_VMOVAPD:
      case X86_INS_VMOVUPS:
      case X86_INS_VMOVUPD:
      case X86_INS_VMOVDQA:
      case X86_INS_VMOVDQU:
      case X86_INS_VMOVQ:
      case X86_INS_VMOVD:
        return detail.op_count == 2 && move(ops);
      default:
        return false;
    }
  }

  void compare(const cs_x86_op* ops) {
    auto one = ops[0].type == X86_OP_REG ? named(ops[0].reg) : std::nullopt;
    auto other = ops[1].type == X86_OP_REG ? named(ops[1].reg) : std::nullopt;
    if (!one || !other) return;
    if (one->number == state_.stack_pointer()) compared_ = Compared{other->number};
    if (other->number == state_.stack_pointer()) compared_ = Compared{one->number};
  }

  bool take_and(const cs_x86_op* ops) {
    auto target = ops[0].type == X86_OP_REG ? named(ops[0].reg) : std::nullopt;
    if (!target || ops[1].type != X86_OP_IMM) return false;
    if (ops[0].size == 1 && ops[1].imm == 1) {  // Rust: a bool is its lowest bit
      state_.note_write(target->number);
      return true;
    }
    if (!state_.frame(target->number) || ops[1].imm >= 0) return false;
    state_.round_frame(target->number);
    return true;
  }

  // False: to be forgotten, whatever it does.
  bool move(const cs_x86_op* ops) {
    if (ops[0].type == X86_OP_MEM) {
      if (ops[1].type != X86_OP_REG) return false;
      if (auto place = place_of(ops[0].mem)) state_.put(*place, ops[0].size, value_of(ops[1]));
      return true;
    }
    auto target = ops[0].type == X86_OP_REG ? named(ops[0].reg) : std::nullopt;
    if (!target || ops[1].type == X86_OP_IMM) return false;
    state_.set(target->number, value_of(ops[1]));
    return true;
  }

  bool take_arm(const cs_insn& insn) {
    const cs_arm64& detail = insn.detail->arm64;
    const cs_arm64_op* ops = detail.operands;
    auto reg = [&](int i) {
      return i < detail.op_count && ops[i].type == ARM64_OP_REG ? named(ops[i].reg) : std::nullopt;
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
            !state_.frame(base->number)) {
          return false;
        }
        int64_t amount = ops[2].imm;
        if (ops[2].shift.type == ARM64_SFT_LSL) amount <<= ops[2].shift.value & 31;
        const int64_t distance = insn.id == ARM64_INS_SUB ? -amount : amount;
        const FramePlace place = moved(*state_.frame(base->number), distance);
        state_.set(target->number, EntryValue{EntryValue::Kind::Address, 0, place});
        return true;
      }
      case ARM64_INS_AND: {
        auto target = reg(0);
        auto base = reg(1);
        if (!target || !base || detail.op_count < 3 || ops[2].type != ARM64_OP_IMM || ops[2].imm >= 0 ||
            !state_.frame(base->number)) {
          return false;
        }
        state_.round_frame(target->number);
        return true;
      }
      case ARM64_INS_MOV: {
        auto target = reg(0);
        auto source = reg(1);
        if (!target || !source) return false;
        state_.set(target->number, state_.value(source->number));
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
    auto base = named(at.base);
    if (!base || at.index != ARM64_REG_INVALID) return true;
    // Pre-indexed: the base moves first. Post-indexed: it moves afterwards, by the operand behind.
    const bool post = detail.writeback && detail.op_count > memory + 1;
    const int64_t distance = post ? detail.operands[memory + 1].imm : at.disp;
    if (detail.writeback && !post) state_.move_frame(base->number, distance);
    int64_t displacement = detail.writeback ? 0 : at.disp;
    for (int i = 0; i < memory; ++i) {
      const unsigned number = detail.operands[i].reg;
      const bool narrow = (number >= ARM64_REG_W0 && number <= ARM64_REG_W30) ||
                          (number >= ARM64_REG_S0 && number <= ARM64_REG_S31);
      uint32_t size = narrow ? 4 : 8;
      if (insn.id == ARM64_INS_STRB || insn.id == ARM64_INS_STURB) size = 1;
      if (insn.id == ARM64_INS_STRH || insn.id == ARM64_INS_STURH) size = 2;
      if (auto name = named(number)) store(*name, base->number, displacement, size);
      displacement += size;
    }
    if (post) state_.move_frame(base->number, distance);
    return true;
  }

  struct Compared {
    uint32_t other = 0;  // with the stack pointer
  };

  InstructionSet set_;
  bool is_arm_;
  bool is_i386_;
  EntryState state_;
  std::optional<Compared> compared_;  // by the instruction before
};

}  // namespace

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
