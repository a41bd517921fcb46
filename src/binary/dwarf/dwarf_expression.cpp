// One machine with its table of operations, longer than most files: an operation is found where DWARF's own table
// has it, and none works without the machine's stack.
#include "binary/dwarf/dwarf_expression.h"

#include <dwarf.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "binary/dwarf/dwarf_arithmetic.h"

namespace uproar {
namespace {

constexpr int kMaxDepth = 8;
constexpr size_t kMaxOperations = 4096;  // with those of the expressions that they refer to
constexpr size_t kMaxStack = 64;
constexpr size_t kMaxPieces = 64;
constexpr size_t kMaxReads = 64;

constexpr const char* kComputed = "is computed there from several values and stored nowhere";
constexpr const char* kCallersOnly = "is only known to the caller there (its register was used again)";

// Go's compiler writes expressions as DW_FORM_block1 into DWARF 4, which libdw takes for something else. A
// short one has the same bytes as an exprloc.
void mend_form(Dwarf_Attribute& attribute) {
  if (attribute.form == DW_FORM_block1 && attribute.valp && *attribute.valp < 0x80)
    attribute.form = DW_FORM_exprloc;
}

// What the expressions that one location leads to share: they may name one another over and over.
struct Effort {
  size_t operations = kMaxOperations;  // that are left
  int depth = 0;                       // of expressions in expressions
  bool in_frame_base = false;          // which no place in the frame may be part of
  bool in_cfa = false;                 // nor the frame address part of itself
};

bool find_frame_address(const LocationContext& context, Effort& effort, Symbolic& address);

class Machine {
 public:
  Machine(Dwarf_Attribute* attribute, const LocationContext& context, Effort& effort)
      : attribute_(attribute), context_(context), effort_(effort) {}

  Location run(const Dwarf_Op* operations, size_t count) {
    if (count == 0) return Location::unavailable(kOptimisedOut);
    for (size_t i = 0; i < count && why_.empty(); ++i) {
      if (effort_.operations == 0) return Location::unavailable("has a location of too many operations");
      --effort_.operations;
      step(operations[i]);
    }
    if (!why_.empty()) return Location::unavailable(why_);
    if (!pieces_.empty()) return joined(std::move(pieces_));
    return current();
  }

  // The number on top, for a frame base or the CFA.
  std::optional<Symbolic> number(const Dwarf_Op* operations, size_t count) {
    Location location = run(operations, count);
    if (location.kind == Location::Kind::Register && location.skip == 0) {
      Symbolic value;
      value.base = Symbolic::Base::Register;
      value.dwarf_register = location.dwarf_register;
      return value;
    }
    const bool is_number = location.kind == Location::Kind::Memory || location.kind == Location::Kind::Value;
    return is_number ? std::optional(location.at) : std::nullopt;
  }

 private:
  void fail(std::string why) {
    if (why_.empty()) why_ = std::move(why);
  }

  void push(Symbolic value) {
    if (stack_.size() >= kMaxStack) return fail("has a location that makes no sense");
    stack_.push_back(std::move(value));
  }
  void push_number(Dwarf_Word value) {
    Symbolic made;
    made.addend = static_cast<int64_t>(value);
    push(made);
  }
  void push_register(Dwarf_Word number, Dwarf_Word offset) {
    Symbolic made;
    made.base = Symbolic::Base::Register;
    made.dwarf_register = static_cast<uint32_t>(number);
    made.addend = static_cast<int64_t>(offset);
    push(made);
  }
  Symbolic pop() {
    if (stack_.empty()) {
      fail("has a location that makes no sense");
      return {};
    }
    Symbolic top = std::move(stack_.back());
    stack_.pop_back();
    return top;
  }

  void in_register(Dwarf_Word number) { whole_ = Location::in_register(static_cast<uint32_t>(number)); }

  // The location that the operations since the last piece give.
  Location current() {
    if (whole_) return *whole_;
    if (stack_.empty()) return Location::unavailable(kOptimisedOut);
    Location made;
    made.kind = Location::Kind::Memory;
    made.at = pop();
    made.by_frame = by_frame_;
    made.by_cfa = by_cfa_;
    if (made.at.shifted_left != 0 || made.at.valid_bits != 64) return Location::unavailable(kComputed);
    return made;
  }

  void end_piece(Dwarf_Word size) {
    if (pieces_.size() >= kMaxPieces) return fail("is in too many pieces");
    pieces_.push_back({current(), size});
    whole_.reset();
    stack_.clear();
  }

  void stack_value() {
    Symbolic value = pop();
    if (value.shifted_left != 0) return fail(kComputed);
    whole_ = Location::of_value(std::move(value));
  }

  void dereference(Dwarf_Word size) {
    Symbolic value = pop();
    if (value.shifted_left != 0 || value.valid_bits != 64) return fail(kComputed);
    if (value.reads.size() >= kMaxReads) return fail("is behind too many pointers");
    value.reads.push_back(value.addend);
    value.addend = 0;
    if (size < 8) value.valid_bits = static_cast<uint8_t>(size * 8);
    push(value);
  }

  void static_address(Dwarf_Addr address) {
    Symbolic made;
    made.base = Symbolic::Base::Static;
    made.vaddr = context_.file.to_file(address);
    push(made);
  }

  void indexed(const Dwarf_Op& operation, bool is_address) {
    Dwarf_Attribute found;
    Dwarf_Addr address = 0;
    Dwarf_Word value = 0;
    if (!attribute_ || dwarf_getlocation_attr(attribute_, &operation, &found) != 0) {
      return fail("has a location that could not be read");
    }
    if (dwarf_formaddr(&found, &address) == 0)
      return is_address ? static_address(address) : push_number(address);
    if (dwarf_formudata(&found, &value) == 0) return push_number(value);
    fail("has a location that could not be read");
  }

  void frame_base(Dwarf_Word offset) {
    Dwarf_Attribute base;
    Dwarf_Die function = context_.function;
    if (!function.addr || effort_.in_frame_base ||
        !dwarf_attr_integrate(&function, DW_AT_frame_base, &base)) {
      return fail("has a place in a frame whose base is not told");
    }
    mend_form(base);
    Dwarf_Op* operations = nullptr;
    size_t count = 0;
    if (dwarf_getlocation_addr(&base, context_.pc, &operations, &count, 1) != 1) {
      return fail("has a place in a frame whose base is not told there");
    }
    Machine machine(&base, context_, effort_);
    effort_.in_frame_base = true;
    auto value = machine.number(operations, count);
    effort_.in_frame_base = false;
    if (!value) return fail("has a place in a frame whose base is not told there");
    // Of DWARF 2 the frame base is a list, whose parts are the canonical frame address, each for its instructions.
    by_cfa_ = machine.by_cfa_ || !is_one_expression(base);
    value->addend = wrapping_add(value->addend, static_cast<int64_t>(offset));
    by_frame_ = true;
    push(*value);
  }

  void entry_value(const Dwarf_Op& operation) {
    if (!context_.at_entry) return fail(kCallersOnly);
    Dwarf_Attribute inner;
    Dwarf_Op* operations = nullptr;
    size_t count = 0;
    if (!attribute_ || effort_.depth >= kMaxDepth ||
        dwarf_getlocation_attr(attribute_, &operation, &inner) != 0 ||
        dwarf_getlocation(&inner, &operations, &count) != 0) {
      return fail("has a location that could not be read");
    }
    ++effort_.depth;
    auto value = Machine(&inner, context_, effort_).number(operations, count);
    --effort_.depth;
    if (!value) return fail(kCallersOnly);
    push(*value);
  }

  void implicit_value(const Dwarf_Op& operation) {
    Dwarf_Block block;
    if (!attribute_ || dwarf_getlocation_implicit_value(attribute_, &operation, &block) != 0) {
      return fail("has a constant value that could not be read");
    }
    Location made;
    made.kind = Location::Kind::Bytes;
    made.bytes.assign(reinterpret_cast<const char*>(block.data), block.length);
    whole_ = made;
  }

  void implicit_pointer(const Dwarf_Op& operation) {
    Location made;
    made.kind = Location::Kind::Pointer;
    made.skip = static_cast<int64_t>(operation.number2);
    if (!attribute_ || dwarf_getlocation_die(attribute_, &operation, &made.target) != 0) {
      return fail(kOptimisedOut);
    }
    whole_ = made;
  }

  void arithmetic(unsigned atom) {
    Symbolic right = pop();
    Symbolic left = pop();
    if (!why_.empty()) return;
    auto result = combine(atom, std::move(left), std::move(right));
    if (!result) return fail(kComputed);
    push(*std::move(result));
  }

  void pick(size_t depth) {
    if (depth >= stack_.size()) return fail("has a location that makes no sense");
    push(stack_[stack_.size() - 1 - depth]);
  }

  void step(const Dwarf_Op& operation) {
    const unsigned atom = operation.atom;
    // Only a piece (or a note that it is not initialised) may follow what is a whole location.
    const bool may_follow =
        atom == DW_OP_piece || atom == DW_OP_bit_piece || atom == DW_OP_GNU_uninit || atom == DW_OP_nop;
    if (whole_ && !may_follow) return fail("has a location that makes no sense");
    if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31) return push_number(atom - DW_OP_lit0);
    if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31) return in_register(atom - DW_OP_reg0);
    if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
      return push_register(atom - DW_OP_breg0, operation.number);
    }
    switch (atom) {
      case DW_OP_regx:
        return in_register(operation.number);
      case DW_OP_bregx:
        return push_register(operation.number, operation.number2);
      case DW_OP_fbreg:
        return frame_base(operation.number);
      case DW_OP_call_frame_cfa: {
        Symbolic address;
        if (!find_frame_address(context_, effort_, address))
          return fail("has a place in a frame that cannot be found there");
        by_frame_ = by_cfa_ = true;
        return push(address);
      }
      case DW_OP_addr:
        return static_address(operation.number);
      case DW_OP_addrx:
      case DW_OP_GNU_addr_index:
        return indexed(operation, true);
      case DW_OP_constx:
      case DW_OP_GNU_const_index:
        return indexed(operation, false);
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
        return push_number(operation.number);
      case DW_OP_plus_uconst: {
        Symbolic value = pop();
        if (value.shifted_left != 0) return fail(kComputed);
        value.addend = wrapping_add(value.addend, static_cast<int64_t>(operation.number));
        return push(std::move(value));
      }
      case DW_OP_deref:
        return dereference(8);
      case DW_OP_deref_size:
      case DW_OP_deref_type:
      case DW_OP_GNU_deref_type:
        return dereference(operation.number);
      case DW_OP_regval_type:
      case DW_OP_GNU_regval_type:
        return push_register(operation.number, 0);
      case DW_OP_convert:
      case DW_OP_GNU_convert:
      case DW_OP_reinterpret:
      case DW_OP_GNU_reinterpret:
      case DW_OP_nop:
      case DW_OP_GNU_uninit:
        return;
      case DW_OP_dup:
        return pick(0);
      case DW_OP_over:
        return pick(1);
      case DW_OP_pick:
        return pick(operation.number);
      case DW_OP_drop:
        pop();
        return;
      case DW_OP_swap:
        if (stack_.size() < 2) return fail("has a location that makes no sense");
        std::swap(stack_[stack_.size() - 1], stack_[stack_.size() - 2]);
        return;
      case DW_OP_plus:
      case DW_OP_minus:
      case DW_OP_mul:
      case DW_OP_and:
      case DW_OP_or:
      case DW_OP_xor:
      case DW_OP_shl:
      case DW_OP_shr:
      case DW_OP_shra:
        return arithmetic(atom);
      case DW_OP_stack_value:
        return stack_value();
      case DW_OP_piece:
        return end_piece(operation.number);
      case DW_OP_bit_piece:
        if (operation.number % 8 != 0 || operation.number2 != 0) return fail("is in pieces there");
        return end_piece(operation.number / 8);
      case DW_OP_implicit_value:
        return implicit_value(operation);
      case DW_OP_implicit_pointer:
      case DW_OP_GNU_implicit_pointer:
        return implicit_pointer(operation);
      case DW_OP_entry_value:
      case DW_OP_GNU_entry_value:
        return entry_value(operation);
      case DW_OP_GNU_parameter_ref:
        return fail(kCallersOnly);
      case DW_OP_form_tls_address:
      case DW_OP_GNU_push_tls_address:
        return fail("is a variable of each thread (thread_local), whose place is not known before it runs");
      default:
        return fail(kComputed);
    }
  }

  Dwarf_Attribute* attribute_;
  const LocationContext& context_;
  Effort& effort_;
  std::vector<Symbolic> stack_;
  std::optional<Location> whole_;
  std::vector<LocationPiece> pieces_;
  bool by_frame_ = false;
  bool by_cfa_ = false;
  std::string why_;
};

bool find_frame_address(const LocationContext& context, Effort& effort, Symbolic& address) {
  if (effort.in_cfa) return false;
  const Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (!context.file.cfa_at(context.file.to_file(context.pc), &operations, &count)) return false;
  effort.in_cfa = true;
  auto found = Machine(nullptr, context, effort).number(operations, count);
  effort.in_cfa = false;
  if (!found) return false;
  address = *found;
  return true;
}

constexpr int kMaxRanges = 64;

// Where a location list says, in a range without length, what holds at the function's first instruction only,
// before the assignments that the compiler put at the same address (gcc's location views). False: it does not.
bool location_of_entry(Dwarf_Attribute& attribute, Dwarf_Addr entry, Dwarf_Op** operations, size_t* count) {
  Dwarf_Addr base = 0, begin = 0, end = 0;
  ptrdiff_t at = 0;
  for (int i = 0; i < kMaxRanges; ++i) {
    at = dwarf_getlocations(&attribute, at, &base, &begin, &end, operations, count);
    if (at <= 0) return false;
    if (begin == entry && end == entry) return true;
  }
  return false;
}

}  // namespace

bool canonical_frame_address(const LocationContext& context, Symbolic& address) {
  Effort effort;
  return find_frame_address(context, effort, address);
}

Location evaluate_one(Dwarf_Attribute& attribute, const Dwarf_Op& operation, const LocationContext& context) {
  Effort effort;
  return Machine(&attribute, context, effort).run(&operation, 1);
}

bool is_one_expression(Dwarf_Attribute& attribute) {
  switch (dwarf_whatform(&attribute)) {
    case DW_FORM_exprloc:
    case DW_FORM_block:
    case DW_FORM_block1:
    case DW_FORM_block2:
    case DW_FORM_block4:
      return true;
    default:
      return false;
  }
}

Location evaluate(Dwarf_Attribute& attribute, const LocationContext& context) {
  mend_form(attribute);
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (!context.at_entry || !location_of_entry(attribute, context.pc, &operations, &count)) {
    const int found = dwarf_getlocation_addr(&attribute, context.pc, &operations, &count, 1);
    if (found < 0) return Location::unavailable("has a location that could not be read");
    if (found == 0) return Location::unavailable("is not kept at this place (optimised)");
  }
  Effort effort;
  return Machine(&attribute, context, effort).run(operations, count);
}

}  // namespace uproar
