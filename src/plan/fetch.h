// One argument of a probe as a short list of operations: what a back end has to do to get the value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/span.h"

namespace uproar {

// The operations work on one value, left to right: the first makes it, each Dereference replaces it by the
// address of what it points at. {Register di}, {Dereference +8}, {Dereference +0} is the kernel's
// +0(+8(%di)).
struct FetchOperation {
  enum class Kind : uint8_t {
    Register,         // `name`, as the kernel spells it (di, ip, r8, x0 …), or the sum of it and an `index`
    StackPointer,     // $stack
    StackSlot,        // $stackN: the `number`-th long above the stack pointer
    ReturnValue,      // $retval
    Immediate,        // \N: `number`
    ImmediateString,  // \"text": `name`
    Address,          // @ADDR: what stands at the absolute user address `number` (memory operand)
    FileOffset,       // @+OFF: hit ip - probe offset + `number` (memory operand)
    TaskName,         // $comm
    Dereference,      // +N(…) or -N(…): `number` is the displacement; `user` for the u form
  };
  // Which registers a Register is of. Vector ones (xmm0, v3) are named as the architecture does.
  enum class RegisterClass : uint8_t { General, Vector };
  Kind kind;
  int64_t number = 0;
  std::string name;
  bool user = false;
  RegisterClass register_class = RegisterClass::General;
  // Register: a second general one, which is added `scale` times; empty without. Then `name` may be empty.
  std::string index{};
  uint8_t scale = 1;  // 1, 2, 4 or 8
};

// How the fetched bytes are read and shown.
struct ValueType {
  enum class Kind : uint8_t {
    Unsigned,
    Signed,
    Hex,
    Char,
    String,  // up to its NUL
    UserString,
    Symbol,
    Bitfield,
    SizedString,    // as many bytes as FetchArgument::length says, NULs and all
    BoundedString,  // char[N]: up to its NUL, at most FetchArgument::length characters
    SmallString,    // text that its object keeps in itself while it is short: see FetchArgument::object
  };
  // Where such an object keeps how many bytes it has in itself, and whether it has the text in itself at all.
  enum class SmallLayout : uint8_t { None, LengthFirst, LengthLast };
  Kind kind = Kind::Hex;
  uint8_t bits = 64;         // width of one element; for Bitfield the container's (/C)
  uint8_t bit_width = 0;     // Bitfield: W of bW@O/C
  uint8_t bit_offset = 0;    // Bitfield: O
  uint32_t array_count = 0;  // 0: one value; else an array of that many
  // Bitfield, Unsigned: the highest of `bit_width` bits is a sign that whoever shows the value puts back,
  // because the kernel would not.
  bool is_signed = false;
  // Bitfield: how its bits are shown: Unsigned, Hex or Char.
  Kind shown = Kind::Unsigned;
  // The value has the other byte order than the machine. 0: it has not. Else so many bytes, from bit
  // `swapped_at` of each element that is fetched on, make a number when they are reversed; bit_offset counts in
  // that.
  uint8_t swapped_bytes = 0;
  uint8_t swapped_at = 0;
  // Texts: 1, or the bytes of a character of UTF-16 or UTF-32, which is shown as UTF-8. Lengths count characters.
  uint8_t character_bytes = 1;
  SmallLayout small_layout = SmallLayout::None;  // SmallString
  std::string source_name{};  // the type in the program's own language ("const Rec *"), empty if not known
};

// Where an argument stands in ProbePlan::definition, so that whoever complains of it can underline it.
struct ArgumentSource {
  Span argument;            // NAME=FETCH:TYPE
  Span fetch;               // FETCH
  Span leaf;                // what stands within all dereferences of FETCH
  Span type;                // TYPE, if there is one
  Span length;              // LEN of string(LEN)
  bool as_written = false;  // the operations are the user's own, nothing was looked up
  bool listed = false;  // one of those that $params or $vars stands for: left out where it cannot be fetched
};

// What decides whether the program has a value at all: the field of one variant of several. It is there if the
// number lies from `low` to `high`, which may be lower (then: not between them), modulo 2^64.
struct FetchCondition {
  std::vector<FetchOperation> operations;
  ValueType type;  // Unsigned or Bitfield, without a sign
  uint64_t low = 0;
  uint64_t high = 0;
};

// A number that tells which of the bytes that an argument fetches are elements of an array, where only the
// running program knows how it lies. What each means stands beside the roles in event/helper_fields.h.
struct ArrayPart {
  enum class Role : uint8_t { First, Last, Step, Span, Index, At, Skip };
  Role role = Role::First;
  uint8_t dimension = 1;  // the one whose neighbours are nearest in memory is the first; Skip has none
  std::vector<FetchOperation> operations;
  uint8_t bits = 64;
  bool is_signed = true;
};

struct FetchArgument {
  std::string name;  // never empty: unnamed arguments carry the kernel's argI
  std::vector<FetchOperation> operations;
  ValueType type;
  std::vector<FetchOperation> length{};  // SizedString, BoundedString: an unsigned number of 64 bits
  uint8_t length_bits = 64;              // width of that number where it is read from memory
  // SmallString: its object, whose 24 bytes are read; `operations` then get the text of a long one.
  std::vector<FetchOperation> object{};
  std::vector<FetchCondition> conditions{};  // all must hold, else there is no value
  // The type is an array then: the memory in which the elements are looked for. SizedString: a First is the
  // index of the first byte, and `length` that of the last one, both with a sign.
  std::vector<ArrayPart> array_parts{};
  ArgumentSource source{};
};

// Calls `each` with every list of operations of an argument.
template <typename Argument, typename Each>
void for_each_operations(Argument& argument, Each&& each) {
  each(argument.operations);
  each(argument.length);
  each(argument.object);
  for (auto& condition : argument.conditions) each(condition.operations);
  for (auto& part : argument.array_parts) each(part.operations);
}

}  // namespace uproar
