#include "binary/dwarf/dwarf_sum.h"

#include <dwarf.h>

#include <algorithm>
#include <utility>

namespace uproar {
namespace {

constexpr const char* kComputed = "is computed there from several values";
constexpr size_t kMaxStack = 64;
constexpr size_t kMaxTerms = 16;
constexpr size_t kMaxSteps = 1024;
constexpr int64_t kJumpBytes = 3;  // of DW_OP_bra and DW_OP_skip

int64_t multiply(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

// An address or a number, as a sum: what is added to it is kept apart.
DwarfSum sum_of_symbolic(Symbolic value) {
  DwarfSum made;
  made.number = std::exchange(value.addend, 0);
  if (value.base == Symbolic::Base::Number && value.reads.empty()) return made;
  made.terms.push_back({1, {std::move(value)}});
  return made;
}

// The stack machine of such expressions. What only places have (registers, pieces) has no meaning here.
class SumMachine {
 public:
  SumMachine(Dwarf_Attribute& attribute, const Location& object, const LocationContext& context)
      : attribute_(attribute), object_(object), context_(context) {}

  std::optional<DwarfSum> run(const Dwarf_Op* operations, size_t count) {
    size_t steps = 0;
    for (size_t i = 0; i < count && why_.empty();) {
      if (++steps > kMaxSteps) fail("has a bound of too many operations");
      const Dwarf_Op& operation = operations[i++];
      if (operation.atom == DW_OP_bra || operation.atom == DW_OP_skip) {
        i = jump(operations, count, i);
      } else {
        step(operation);
      }
    }
    if (!why_.empty() || stack_.empty() || stack_.back().is_object) {
      fail(kComputed);
      return std::nullopt;
    }
    return stack_.back().sum;
  }
  const std::string& why() const { return why_; }

 private:
  // Where the object is no memory, the distance from where it would begin.
  struct Entry {
    bool is_object = false;
    DwarfSum sum;
  };

  void fail(std::string why) {
    if (why_.empty()) why_ = std::move(why);
  }
  void push(DwarfSum sum) { push(Entry{false, std::move(sum)}); }
  void push(Entry entry) {
    if (stack_.size() >= kMaxStack || entry.sum.terms.size() > kMaxTerms) return fail(kComputed);
    stack_.push_back(std::move(entry));
  }
  Entry pop() {
    if (stack_.empty()) {
      fail(kComputed);
      return {};
    }
    Entry top = std::move(stack_.back());
    stack_.pop_back();
    return top;
  }

  // The operation that comes after the jump at operations[next - 1].
  size_t jump(const Dwarf_Op* operations, size_t count, size_t next) {
    const Dwarf_Op& operation = operations[next - 1];
    if (operation.atom == DW_OP_bra) {
      const Entry condition = pop();
      if (condition.sum.is_constant() && !condition.is_object && condition.sum.number == 0) return next;
    }
    const auto target = static_cast<Dwarf_Word>(static_cast<int64_t>(operation.offset) + kJumpBytes +
                                                static_cast<int16_t>(operation.number));
    for (size_t i = 0; i < count; ++i) {
      if (operations[i].offset == target) return i;
    }
    return count;
  }

  void push_object() {
    if (object_.kind != Location::Kind::Memory) return push(Entry{true, {}});
    push(sum_of_symbolic(object_.at));
  }

  void dereference(uint64_t size) {
    Entry address = pop();
    if (!why_.empty()) return;
    std::optional<DwarfSum> read;
    if (address.is_object) {
      if (!address.sum.is_constant() || address.sum.number < 0) return fail(kComputed);
      read = sum_at(part_of(object_, static_cast<uint64_t>(address.sum.number), size), size, why_);
    } else {
      const bool is_one = address.sum.terms.size() == 1 && address.sum.terms[0].factor == 1 &&
                          address.sum.terms[0].values.size() == 1;
      if (!is_one) return fail(kComputed);
      Location memory;
      memory.kind = Location::Kind::Memory;
      memory.at = address.sum.terms[0].values[0];
      if (memory.at.valid_bits != 64) return fail(kComputed);
      memory.at.addend = address.sum.number;
      read = sum_at(memory, size, why_);
    }
    if (read) push(*std::move(read));
  }

  void arithmetic(unsigned atom) {
    Entry right = pop();
    Entry left = pop();
    if (!why_.empty()) return;
    if (left.is_object || right.is_object) {
      const bool moves = left.is_object != right.is_object && atom == DW_OP_plus;
      if (!moves) return fail(kComputed);
      return push(Entry{true, plus(left.sum, right.sum)});
    }
    if (atom == DW_OP_plus) return push(plus(std::move(left.sum), right.sum));
    if (atom == DW_OP_minus) return push(plus(std::move(left.sum), right.sum, -1));
    auto made = product(left.sum, right.sum);
    if (!made) return fail(kComputed);
    push(*std::move(made));
  }

  void step(const Dwarf_Op& operation) {
    const unsigned atom = operation.atom;
    if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31) return push(DwarfSum::of(atom - DW_OP_lit0));
    switch (atom) {
      case DW_OP_push_object_address:
        return push_object();
      case DW_OP_deref:
        return dereference(8);
      case DW_OP_deref_size:
      case DW_OP_deref_type:
      case DW_OP_GNU_deref_type:
        return dereference(operation.number);
      case DW_OP_plus_uconst: {
        Entry top = pop();
        top.sum.number = wrapping_add(top.sum.number, static_cast<int64_t>(operation.number));
        return push(std::move(top));
      }
      case DW_OP_plus:
      case DW_OP_minus:
      case DW_OP_mul:
        return arithmetic(atom);
      case DW_OP_dup:
        if (stack_.empty()) return fail(kComputed);
        return push(Entry(stack_.back()));
      case DW_OP_over:
        if (stack_.size() < 2) return fail(kComputed);
        return push(Entry(stack_[stack_.size() - 2]));
      case DW_OP_swap:
        if (stack_.size() < 2) return fail(kComputed);
        return std::swap(stack_[stack_.size() - 1], stack_[stack_.size() - 2]);
      case DW_OP_drop:
        pop();
        return;
      case DW_OP_const1u:
      case DW_OP_const1s:
      case DW_OP_const2u:
      case DW_OP_const2s:
      case DW_OP_const4u:
      case DW_OP_const4s:
      case DW_OP_const8u:
      case DW_OP_const8s:
      case DW_OP_constu:
      case DW_OP_consts:
        return push(DwarfSum::of(static_cast<int64_t>(operation.number)));
      case DW_OP_nop:
      case DW_OP_stack_value:
        return;
      default:
        return push_place(operation);
    }
  }

  // An address that the frame, a register or the file gives.
  void push_place(const Dwarf_Op& operation) {
    const Location place = evaluate_one(attribute_, operation, context_);
    if (place.kind != Location::Kind::Memory) return fail(place.why.empty() ? kComputed : place.why);
    if (context_.at_entry && place.by_frame && !is_callers(place, context_))
      return fail("has a bound that is not stored yet at the function's entry");
    push(sum_of_symbolic(place.at));
  }

  // Above the frame address is what the caller put there.
  static bool is_callers(const Location& place, const LocationContext& context) {
    Symbolic cfa;
    return place.by_cfa && place.at.reads.empty() && canonical_frame_address(context, cfa) &&
           cfa.reads.empty() && cfa.base == place.at.base && cfa.dwarf_register == place.at.dwarf_register &&
           place.at.addend >= cfa.addend;
  }

  Dwarf_Attribute& attribute_;
  const Location& object_;
  const LocationContext& context_;
  std::vector<Entry> stack_;
  std::string why_;
};

}  // namespace

SumParts parts_of(const DwarfSum& sum) {
  SumParts parts;
  parts.number = sum.number;
  for (const DwarfSum::Term& term : sum.terms) {
    auto& part = term.factor == 1 ? parts.added : parts.taken;
    const bool fits = (term.factor == 1 || term.factor == -1) && term.values.size() == 1 && !part;
    if (!fits) parts.is_simple = false;
    if (fits) part = term.values[0];
  }
  return parts;
}

DwarfSum plus(DwarfSum left, const DwarfSum& right, int64_t factor) {
  left.number = wrapping_add(left.number, multiply(right.number, factor));
  for (DwarfSum::Term term : right.terms) {
    term.factor = multiply(term.factor, factor);
    left.terms.push_back(std::move(term));
  }
  return left;
}

std::optional<DwarfSum> product(const DwarfSum& left, const DwarfSum& right) {
  if (left.is_constant()) return plus(DwarfSum{}, right, left.number);
  if (right.is_constant()) return plus(DwarfSum{}, left, right.number);
  const bool simple =
      left.number == 0 && right.number == 0 && left.terms.size() == 1 && right.terms.size() == 1;
  if (!simple) return std::nullopt;
  DwarfSum made = left;
  made.terms[0].factor = multiply(left.terms[0].factor, right.terms[0].factor);
  const auto& more = right.terms[0].values;
  made.terms[0].values.insert(made.terms[0].values.end(), more.begin(), more.end());
  return made;
}

std::optional<DwarfSum> sum_at(const Location& location, uint64_t size, std::string& why) {
  auto fail = [&why](std::string reason) {
    if (why.empty()) why = std::move(reason);
    return std::nullopt;
  };
  const bool is_number_size = size == 1 || size == 2 || size == 4 || size == 8;
  if (!is_number_size) return fail("has a bound that is no number of up to 8 bytes");
  const auto bits = static_cast<uint8_t>(size * 8);
  switch (location.kind) {
    case Location::Kind::Unavailable:
      return fail(location.why);
    case Location::Kind::Register: {
      if (location.skip != 0) return fail("has a bound in the upper part of a register");
      Symbolic value;
      value.base = Symbolic::Base::Register;
      value.dwarf_register = location.dwarf_register;
      value.valid_bits = bits;
      return sum_of_symbolic(std::move(value));
    }
    case Location::Kind::Memory: {
      Symbolic value = location.at;
      value.reads.push_back(value.addend);
      value.addend = 0;
      value.valid_bits = bits;
      return sum_of_symbolic(std::move(value));
    }
    case Location::Kind::Value: {
      if (location.at.shifted_left != 0) return fail(kComputed);
      return sum_of_symbolic(location.at);
    }
    default:
      return fail(kComputed);
  }
}

std::optional<DwarfSum> sum_of(Dwarf_Attribute& attribute, const Location& object,
                               const LocationContext& context, std::string& why) {
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_getlocation_addr(&attribute, context.pc, &operations, &count, 1) != 1 || count == 0) {
    if (why.empty()) why = "has a bound that is not told at this place";
    return std::nullopt;
  }
  SumMachine machine(attribute, object, context);
  auto made = machine.run(operations, count);
  if (!made && why.empty()) why = machine.why();
  return made;
}

RunningValue location_of(const Symbolic& value) {
  const auto bits = std::clamp<uint8_t>(value.valid_bits, 8, 64);
  return {Location::of_value(value), static_cast<uint64_t>(bits / 8)};
}

}  // namespace uproar
