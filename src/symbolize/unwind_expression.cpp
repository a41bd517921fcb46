#include "symbolize/unwind_expression.h"

#include <dwarf.h>

#include <vector>

namespace uproar {
namespace {

constexpr size_t kMostSteps = 4096;
constexpr size_t kDeepest = 256;

class Evaluation {
 public:
  Evaluation(std::span<const Dwarf_Op> operations, const UnwindMemory& memory, std::optional<uint64_t> cfa)
      : operations_(operations), memory_(memory), cfa_(cfa) {}

  std::optional<UnwindValue> run() {
    size_t at = 0;
    for (size_t steps = 0; at < operations_.size(); ++steps) {
      if (steps == kMostSteps || !step(at)) return std::nullopt;
    }
    if (stack_.empty()) return std::nullopt;
    return UnwindValue{stack_.back(), is_value_};
  }

 private:
  bool push(uint64_t number) {
    stack_.push_back(number);
    return stack_.size() <= kDeepest;
  }
  bool push(std::optional<uint64_t> number) { return number && push(*number); }
  bool pop(uint64_t& number) {
    if (stack_.empty()) return false;
    number = stack_.back();
    stack_.pop_back();
    return true;
  }
  bool pick(uint64_t depth) { return depth < stack_.size() && push(stack_[stack_.size() - 1 - depth]); }

  std::optional<uint64_t> reg(uint64_t number) const {
    if (number >= UserStack::kRegisters || !memory_.state.has(number)) return std::nullopt;
    return memory_.state.registers[number];
  }
  bool push_base(uint64_t number, uint64_t offset) {
    const auto base = reg(number);
    return base && push(*base + offset);
  }

  // By the distance in bytes from behind the operation.
  bool jump(size_t& at) {
    const Dwarf_Op& from = operations_[at];
    const uint64_t target = from.offset + 3 + from.number;
    for (size_t i = 0; i < operations_.size(); ++i) {
      if (operations_[i].offset == target && operations_[i].atom != DW_OP_call_frame_cfa) {
        at = i;
        return true;
      }
    }
    return false;
  }

  bool step(size_t& at) {
    const Dwarf_Op& op = operations_[at];
    if (op.atom == DW_OP_skip) return jump(at);
    if (op.atom == DW_OP_bra) {
      uint64_t condition = 0;
      if (!pop(condition)) return false;
      return condition != 0 ? jump(at) : (++at, true);
    }
    ++at;
    if (op.atom >= DW_OP_lit0 && op.atom <= DW_OP_lit31) return push(uint64_t{op.atom} - DW_OP_lit0);
    if (op.atom >= DW_OP_breg0 && op.atom <= DW_OP_breg31) return push_base(op.atom - DW_OP_breg0, op.number);
    switch (op.atom) {
      case DW_OP_nop:
        return true;
      case DW_OP_addr:
      case DW_OP_const1u:
      case DW_OP_const2u:
      case DW_OP_const4u:
      case DW_OP_const8u:
      case DW_OP_constu:
      case DW_OP_const1s:
      case DW_OP_const2s:
      case DW_OP_const4s:
      case DW_OP_const8s:
      case DW_OP_consts:
        return push(op.number);
      case DW_OP_bregx:
        return push_base(op.number, op.number2);
      case DW_OP_call_frame_cfa:
        return push(cfa_);
      case DW_OP_stack_value:
        is_value_ = true;
        return true;
      case DW_OP_dup:
        return pick(0);
      case DW_OP_over:
        return pick(1);
      case DW_OP_pick:
        return pick(op.number);
      default:
        return change(op);
    }
  }

  bool change(const Dwarf_Op& op) {
    uint64_t top = 0;
    if (!pop(top)) return false;
    switch (op.atom) {
      case DW_OP_drop:
        return true;
      case DW_OP_deref:
        return push(memory_.read(top));
      case DW_OP_deref_size:
        return push_part(top, op.number);
      case DW_OP_neg:
        return push(0 - top);
      case DW_OP_not:
        return push(~top);
      case DW_OP_abs:
        return push(static_cast<int64_t>(top) < 0 ? 0 - top : top);
      case DW_OP_plus_uconst:
        return push(top + op.number);
      default:
        return combine(op.atom, top);
    }
  }

  bool push_part(uint64_t address, uint64_t bytes) {
    const auto whole = memory_.read(address);
    if (!whole || bytes == 0 || bytes > 8) return false;
    return push(bytes == 8 ? *whole : *whole & ((uint64_t{1} << bytes * 8) - 1));
  }

  bool combine(uint8_t atom, uint64_t right) {
    uint64_t left = 0;
    if (!pop(left)) return false;
    const auto signed_left = static_cast<int64_t>(left), signed_right = static_cast<int64_t>(right);
    switch (atom) {
      case DW_OP_swap:
        return push(right) && push(left);
      case DW_OP_and:
        return push(left & right);
      case DW_OP_or:
        return push(left | right);
      case DW_OP_xor:
        return push(left ^ right);
      case DW_OP_plus:
        return push(left + right);
      case DW_OP_minus:
        return push(left - right);
      case DW_OP_mul:
        return push(left * right);
      case DW_OP_shl:
        return push(right < 64 ? left << right : 0);
      case DW_OP_shr:
        return push(right < 64 ? left >> right : 0);
      case DW_OP_shra:
        return push(static_cast<uint64_t>(signed_left >> (right < 64 ? right : 63)));
      case DW_OP_eq:
        return push(uint64_t{left == right});
      case DW_OP_ne:
        return push(uint64_t{left != right});
      case DW_OP_lt:
        return push(uint64_t{signed_left < signed_right});
      case DW_OP_le:
        return push(uint64_t{signed_left <= signed_right});
      case DW_OP_gt:
        return push(uint64_t{signed_left > signed_right});
      case DW_OP_ge:
        return push(uint64_t{signed_left >= signed_right});
      default:
        return false;
    }
  }

  std::span<const Dwarf_Op> operations_;
  const UnwindMemory& memory_;
  std::optional<uint64_t> cfa_;
  std::vector<uint64_t> stack_;
  bool is_value_ = false;
};

}  // namespace

std::optional<UnwindValue> evaluate_unwind(std::span<const Dwarf_Op> operations, const UnwindMemory& memory,
                                           std::optional<uint64_t> cfa) {
  return Evaluation(operations, memory, cfa).run();
}

}  // namespace uproar
