#include "binary/code/prologue.h"

#include <array>
#include <optional>
#include <utility>

#include "binary/code/disassembler.h"

namespace uproar {
namespace {

constexpr int kMaxInstructions = 96;
constexpr uint32_t kRax = 0;
constexpr uint32_t kRdx = 1;
constexpr uint32_t kFirstVector = 17;

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
  for (const unsigned first : {X86_REG_XMM0, X86_REG_YMM0, X86_REG_ZMM0}) {
    if (number >= first && number < first + 16) return RegisterName{false, kFirstVector + number - first};
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
    for (uint32_t i = 0; i < 96; ++i) origin_[i] = {EntryValue::Kind::Register, i, {}};
    origin_.erase(stack_pointer());
    set_frame(stack_pointer(), {});
  }

  // False: the straight line ends here.
  bool take(const Disassembler& disassembler, const cs_insn& insn) {
    here_ = insn.address;
    behind_ = insn.address + insn.size;
    if (disassembler.in_group(insn, CS_GRP_RET)) return false;
    if (disassembler.in_group(insn, CS_GRP_CALL)) return go_on_behind_call();
    if (disassembler.in_group(insn, CS_GRP_JUMP)) {
      result_.end = behind_;
      if (!is_conditional(insn)) return false;
      if (!arm_) leave_loop(insn);
      return true;
    }
    compared_.reset();
    note_uses(disassembler.handle(), insn);
    const bool known = arm_ ? take_arm(insn) : take_x86(insn);
    if (!known && !forget_written(disassembler.handle(), insn)) return false;
    result_.end = behind_;
    return true;
  }

  Prologue finish() { return std::move(result_); }

 private:
  uint32_t stack_pointer() const { return arm_ ? 31 : i386_ ? 4 : 7; }
  int64_t word() const { return arm_ ? 0 : i386_ ? 4 : 8; }  // of the return address

  // The stack pointer counts where the frame is largest, others from when they are set: the end of a short
  // function takes them back.
  void set_frame(uint32_t number, FramePlace place) {
    frame_[number] = place;
    auto [known, is_new] = result_.frame_registers.try_emplace(number);
    FramePlace& counted = known->second.place;
    const bool is_larger =
        number == stack_pointer() &&
        (place.anchor > counted.anchor || (place.anchor == counted.anchor && place.offset < counted.offset));
    if (is_new || is_larger) known->second = {place, is_new && number == stack_pointer() ? 0 : behind_};
  }

  bool is_conditional(const cs_insn& insn) const {
    if (!arm_) return insn.id != X86_INS_JMP && insn.id != X86_INS_LJMP;
    return insn.id != ARM64_INS_BR && (insn.id != ARM64_INS_B || insn.detail->arm64.cc != ARM64_CC_INVALID);
  }

  // Code that is instrumented calls a function that leaves the parameters in their registers, before it stores
  // them. Behind any other call nobody reads a register that was not written since, but for those of results.
  bool go_on_behind_call() {
    if (arm_ || i386_) return false;
    result_.end = behind_;
    for (const uint32_t number : {0, 1, 2, 4, 5, 8, 9, 10, 11})
      result_.first_write.try_emplace(number, here_);
    for (uint32_t number = kFirstVector; number < kFirstVector + 16; ++number)
      result_.first_write.try_emplace(number, here_);
    for (const uint32_t number : {kRax, kRdx, uint32_t{10}, uint32_t{11}, kFirstVector, kFirstVector + 1}) {
      origin_.erase(number);
      frame_.erase(number);
    }
    return true;
  }

  // A large frame is touched page by page in a loop, whose end says where the stack pointer is.
  void leave_loop(const cs_insn& insn) {
    const auto compared = std::exchange(compared_, {});
    const cs_x86_op& target = insn.detail->x86.operands[0];
    if (target.type != X86_OP_IMM || static_cast<uint64_t>(target.imm) >= here_) return;
    auto place = compared && insn.id == X86_INS_JNE ? frame_.find(compared->other) : frame_.end();
    if (place == frame_.end()) {
      frame_.erase(stack_pointer());
    } else {
      set_frame(stack_pointer(), place->second);
    }
  }

  void note_uses(csh handle, const cs_insn& insn) {
    cs_regs read{}, written{};
    uint8_t reads = 0, writes = 0;
    if (arm_ || insn.id == X86_INS_PUSH || makes_zero(insn.detail->x86) ||
        cs_regs_access(handle, &insn, read, &reads, written, &writes) != CS_ERR_OK) {
      return;
    }
    for (uint8_t i = 0; i < reads; ++i) {
      auto name = named(read[i]);
      if (name && !result_.first_write.contains(name->number)) result_.used.insert(name->number);
    }
  }
  // xor %edi,%edi
  static bool makes_zero(const cs_x86& detail) {
    const cs_x86_op* ops = detail.operands;
    return detail.op_count == 2 && ops[0].type == X86_OP_REG && ops[1].type == X86_OP_REG &&
           ops[0].reg == ops[1].reg;
  }

  std::optional<RegisterName> named(unsigned number) const {
    return arm_ ? arm_register(number) : x86(number);
  }

  bool forget_written(csh handle, const cs_insn& insn) {
    cs_regs read{}, written{};
    uint8_t reads = 0, writes = 0;
    if (cs_regs_access(handle, &insn, read, &reads, written, &writes) != CS_ERR_OK) return false;
    if (!arm_) spoil_memory(insn.detail->x86);
    for (uint8_t i = 0; i < writes; ++i) {
      if (auto name = named(written[i])) forget(name->number);
    }
    return true;
  }
  // What an instruction that is not understood may write in the frame.
  void spoil_memory(const cs_x86& detail) {
    for (uint8_t i = 0; i < detail.op_count; ++i) {
      const cs_x86_op& operand = detail.operands[i];
      if (operand.type != X86_OP_MEM || !(operand.access & CS_AC_WRITE)) continue;
      if (auto place = place_of(operand.mem)) put(*place, operand.size, std::nullopt);
    }
  }
  void forget(uint32_t number) {
    result_.first_write.try_emplace(number, here_);
    origin_.erase(number);
    frame_.erase(number);
  }

  // What a register holds, as far as the entry tells.
  std::optional<EntryValue> value_of(uint32_t number) const {
    if (auto origin = origin_.find(number); origin != origin_.end()) return origin->second;
    if (auto frame = frame_.find(number); frame != frame_.end())
      return EntryValue{EntryValue::Kind::Address, 0, frame->second};
    return std::nullopt;
  }
  void set(uint32_t number, const std::optional<EntryValue>& value) {
    const bool is_first = !result_.first_write.contains(number);
    forget(number);
    if (!value) return;
    if (value->kind == EntryValue::Kind::Address) return set_frame(number, value->place);
    origin_[number] = *value;
    if (is_first) result_.copies.try_emplace(number, *value);
  }

  struct Slot {
    FramePlace place;
    uint32_t size = 0;
    std::optional<EntryValue> value;
  };
  static bool overlap(const Slot& slot, FramePlace place, uint32_t size) {
    return slot.place.anchor == place.anchor && slot.place.offset < wrapping(place.offset, size) &&
           place.offset < wrapping(slot.place.offset, slot.size);
  }

  void put(FramePlace place, uint32_t size, const std::optional<EntryValue>& value) {
    std::erase_if(slots_, [&](const Slot& each) { return overlap(each, place, size); });
    slots_.push_back({place, size, value});
    result_.stores.push_back({here_, place, size, value});
  }
  static int64_t wrapping(int64_t offset, int64_t distance) {
    return static_cast<int64_t>(static_cast<uint64_t>(offset) + static_cast<uint64_t>(distance));
  }

  void store(RegisterName name, uint32_t base, int64_t displacement, uint32_t size) {
    auto frame = frame_.find(base);
    if (frame == frame_.end()) return;
    put({frame->second.anchor, wrapping(frame->second.offset, displacement)}, size, value_of(name.number));
  }

  // What was put aside comes back, or a parameter that the caller put on the stack.
  std::optional<EntryValue> loaded(FramePlace place, uint32_t size) const {
    for (const Slot& each : slots_) {
      if (each.place == place && each.size >= size) return each.value;
      if (overlap(each, place, size)) return std::nullopt;
    }
    if (place.anchor != 0 || place.offset < word()) return std::nullopt;
    return EntryValue{EntryValue::Kind::Stack, 0, place};
  }

  void move_frame(uint32_t number, int64_t distance) {
    result_.first_write.try_emplace(number, here_);
    auto frame = frame_.find(number);
    if (frame != frame_.end())
      set_frame(number, {frame->second.anchor, wrapping(frame->second.offset, distance)});
  }
  // Rounded down: how far, only the running program knows.
  void round_frame(uint32_t target) {
    forget(target);
    set_frame(target, {++anchors_, 0});
  }

  // i386 has the first eight under other numbers.
  std::optional<RegisterName> x86(unsigned number) const {
    static constexpr std::array<uint32_t, 8> kI386 = {0, 2, 1, 3, 6, 7, 5, 4};
    auto name = x86_register(number);
    if (i386_ && name && name->is_integer) name->number = kI386[name->number & 7];
    return name;
  }

  // Of a memory operand that is in the frame.
  std::optional<FramePlace> place_of(const x86_op_mem& memory) const {
    auto base = x86(memory.base);
    if (!base || memory.index != X86_REG_INVALID || memory.segment != X86_REG_INVALID) return std::nullopt;
    auto frame = frame_.find(base->number);
    if (frame == frame_.end()) return std::nullopt;
    return FramePlace{frame->second.anchor, wrapping(frame->second.offset, memory.disp)};
  }

  std::optional<EntryValue> value_of(const cs_x86_op& operand) const {
    if (operand.type == X86_OP_REG) {
      auto name = x86(operand.reg);
      return name ? value_of(name->number) : std::nullopt;
    }
    if (operand.type != X86_OP_MEM) return std::nullopt;
    auto place = place_of(operand.mem);
    return place ? loaded(*place, operand.size) : std::nullopt;
  }

  void push(const cs_x86_op& operand) {
    const auto value = value_of(operand);
    move_frame(stack_pointer(), -word());
    auto top = frame_.find(stack_pointer());
    if (top == frame_.end()) return;
    put(top->second, static_cast<uint32_t>(word()), value);
    // Compilers push %rax, which passes no parameter, for the room alone: what is stored there comes later.
    const auto name = operand.type == X86_OP_REG ? x86(operand.reg) : std::nullopt;
    if (!i386_ && name && name->is_integer && name->number == 0) result_.stores.pop_back();
  }
  bool pop(const cs_x86_op& operand) {
    auto name = operand.type == X86_OP_REG ? x86(operand.reg) : std::nullopt;
    auto top = frame_.find(stack_pointer());
    if (!name || name->number == stack_pointer() || top == frame_.end()) return false;
    set(name->number, loaded(top->second, static_cast<uint32_t>(word())));
    move_frame(stack_pointer(), word());
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
        auto target = ops[0].type == X86_OP_REG ? x86(ops[0].reg) : std::nullopt;
        if (!target || ops[1].type != X86_OP_IMM || !frame_.count(target->number)) return false;
        move_frame(target->number, insn.id == X86_INS_SUB ? -ops[1].imm : ops[1].imm);
        return true;
      }
      case X86_INS_LEA: {
        auto target = x86(ops[0].reg);
        auto place = place_of(ops[1].mem);
        if (!target || !place) return false;
        set(target->number, EntryValue{EntryValue::Kind::Address, 0, *place});
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
    auto one = ops[0].type == X86_OP_REG ? x86(ops[0].reg) : std::nullopt;
    auto other = ops[1].type == X86_OP_REG ? x86(ops[1].reg) : std::nullopt;
    if (!one || !other) return;
    if (one->number == stack_pointer()) compared_ = Compared{other->number};
    if (other->number == stack_pointer()) compared_ = Compared{one->number};
  }

  bool take_and(const cs_x86_op* ops) {
    auto target = ops[0].type == X86_OP_REG ? x86(ops[0].reg) : std::nullopt;
    if (!target || ops[1].type != X86_OP_IMM) return false;
    if (ops[0].size == 1 && ops[1].imm == 1) {  // Rust: a bool is its lowest bit
      result_.first_write.try_emplace(target->number, here_);
      return true;
    }
    if (!frame_.count(target->number) || ops[1].imm >= 0) return false;
    round_frame(target->number);
    return true;
  }

  // False: to be forgotten, whatever it does.
  bool move(const cs_x86_op* ops) {
    if (ops[0].type == X86_OP_MEM) {
      if (ops[1].type != X86_OP_REG) return false;
      if (auto place = place_of(ops[0].mem)) put(*place, ops[0].size, value_of(ops[1]));
      return true;
    }
    auto target = ops[0].type == X86_OP_REG ? x86(ops[0].reg) : std::nullopt;
    if (!target || ops[1].type == X86_OP_IMM) return false;
    set(target->number, value_of(ops[1]));
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
        const FramePlace from = frame_[base->number];
        const int64_t distance = insn.id == ARM64_INS_SUB ? -amount : amount;
        const FramePlace place{from.anchor, wrapping(from.offset, distance)};
        set(target->number, EntryValue{EntryValue::Kind::Address, 0, place});
        return true;
      }
      case ARM64_INS_AND: {
        auto target = reg(0);
        auto base = reg(1);
        if (!target || !base || detail.op_count < 3 || ops[2].type != ARM64_OP_IMM || ops[2].imm >= 0 ||
            !frame_.count(base->number)) {
          return false;
        }
        round_frame(target->number);
        return true;
      }
      case ARM64_INS_MOV: {
        auto target = reg(0);
        auto source = reg(1);
        if (!target || !source) return false;
        set(target->number, value_of(source->number));
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
      if (auto name = arm_register(number)) store(*name, base->number, displacement, size);
      displacement += size;
    }
    if (post) move_frame(base->number, distance);
    return true;
  }

  struct Compared {
    uint32_t other = 0;  // with the stack pointer
  };

  bool arm_;
  bool i386_;
  uint64_t here_ = 0;                      // the instruction that is taken
  uint64_t behind_ = 0;                    // the next one
  uint32_t anchors_ = 0;                   // how often a place was rounded down
  std::map<uint32_t, EntryValue> origin_;  // register → the value of the entry that it holds
  std::map<uint32_t, FramePlace> frame_;   // register → the place of the frame that it holds
  std::vector<Slot> slots_;                // what was stored, the newest of those that overlap
  std::optional<Compared> compared_;       // by the instruction before
  Prologue result_;
};

}  // namespace

bool Prologue::keeps(uint32_t dwarf_register, uint64_t vaddr) const {
  if (vaddr > end) return false;
  auto written = first_write.find(dwarf_register);
  return written == first_write.end() || vaddr <= written->second;
}

const FrameStore* Prologue::first_store(FramePlace place, uint64_t vaddr) const {
  for (const FrameStore& each : stores) {
    if (each.vaddr < vaddr || each.place.anchor != place.anchor) continue;
    const auto inside = static_cast<uint64_t>(place.offset) - static_cast<uint64_t>(each.place.offset);
    if (inside < each.size) return inside == 0 ? &each : nullptr;
  }
  return nullptr;
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
