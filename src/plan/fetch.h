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
    Register,         // `name`; a general one as the kernel spells it (di, ip, r8, x0 …)
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
    BoundedString,  // char[N]: up to its NUL, at most FetchArgument::length bytes
  };
  Kind kind = Kind::Hex;
  uint8_t bits = 64;         // width of one element; for Bitfield the container's (/C)
  uint8_t bit_width = 0;     // Bitfield: W of bW@O/C
  uint8_t bit_offset = 0;    // Bitfield: O
  uint32_t array_count = 0;  // 0: one value; else an array of that many
  // Bitfield, Unsigned: the highest of `bit_width` bits is a sign that whoever shows the value puts back,
  // because the kernel would not.
  bool is_signed = false;
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
  // The type is an array then: the memory in which the elements are looked for. SizedString: a First is the
  // index of the first byte, and `length` that of the last one, both with a sign.
  std::vector<ArrayPart> array_parts{};
  ArgumentSource source{};
};

}  // namespace uproar
