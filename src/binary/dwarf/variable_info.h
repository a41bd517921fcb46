// What debug information says of variables and their values. Plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uproar {

// How to reach a value at one address of the code.
struct ValueLocation {
  enum class Kind : uint8_t {
    Register,     // the value is in `dwarf_register`
    Memory,       // see below
    Constant,     // known when the program was compiled: `constant`
    Unavailable,  // `why`
  };
  Kind kind = Kind::Unavailable;
  // Memory: from the base each displacement but the last is added and a pointer read there; the last one
  // added gives the value's address. {8} is +8(base), {8, 16} is +16(+8(base)).
  bool base_is_static = false;  // the base is the address `static_vaddr`, else the value of `dwarf_register`
  uint64_t static_vaddr = 0;
  std::string symbol;  // base_is_static: the address of what the linker calls so, which is only declared here
  uint32_t dwarf_register = 0;  // numbered as the ABI's DWARF mapping does (x86-64: 5 is rdi, 7 is rsp)
  std::vector<int64_t> displacements;
  int64_t constant = 0;
  std::string why;  // Unavailable, follows the variable's name: "was optimised out", "is in xmm0 …"
};

// What a value is, as far as recording it needs to know.
struct ValueShape {
  enum class Kind : uint8_t {
    Signed,
    Unsigned,
    Boolean,
    Character,
    Enumeration,
    Pointer,
    CString,      // pointer to char: the value is the pointer
    CharArray,    // char[count] in place
    SizedString,  // text and its length (std::string, string_view, Go string, &str, String)
    SmallString,  // text that its object keeps in itself while it is short (std::string of libc++)
    Array,        // `count` elements of `element_size` bytes and kind `element`
    Floating,
    Aggregate,  // a struct, union or class: only its fields can be recorded
  };
  Kind kind = Kind::Aggregate;
  bool is_signed = false;   // Enumeration, bitfields and array elements
  uint64_t size = 0;        // bytes
  uint32_t bit_size = 0;    // bitfield: width; 0: none
  uint32_t bit_offset = 0;  // bitfield: from the lowest bit of the `size` bytes at the place
  // The other byte order than the machine's (DW_AT_endianity): 0 if not, else so many bytes, from bit
  // `swapped_at` of the value at the place (of each element) on, are to be reversed. bit_offset is of the result.
  uint32_t swapped_bytes = 0;
  uint32_t swapped_at = 0;
  uint64_t count = 0;       // Array, CharArray
  int64_t first_index = 0;  // Array, CharArray: what the source calls the first element
  Kind element = Kind::Unsigned;
  uint64_t element_size = 0;
  uint64_t length_size = 8;  // SizedString: bytes of the length
  bool ends_in_nul = false;  // SizedString: a NUL stands behind it, always
  // Texts: bytes of one character, 1, or 2 and 4 of UTF-16 and UTF-32. Counts and lengths are of characters.
  uint32_t character_size = 1;
  bool length_is_last = false;  // SmallString: the last byte of the object tells which it is, not the first
  std::string name;             // as the language writes it: "const app::Rec *", "unsigned int : 3"
};

// A number that the program keeps beside a value, such as a bound of an array.
struct NumberPlace {
  ValueLocation place;  // Register, Memory or Constant
  uint64_t size = 8;    // bytes
  bool is_signed = true;
};

// One dimension of an array whose bounds or layout only the running program knows.
struct ArrayDimension {
  std::optional<NumberPlace> first;  // the index that it begins with
  std::optional<NumberPlace> last;   // and ends with; none: it has no end
  // Neighbours are step * span bytes apart; without a step as far as what lies between them.
  std::optional<NumberPlace> step;
  std::optional<NumberPlace> span;
  std::optional<int64_t> index;  // that was asked for
  bool is_from_zero = false;     // the index counts from 0, whatever `first` is
};

struct VariableStepRequest {
  enum class Kind : uint8_t { Arrow, Dot, Index, Dereference };
  Kind kind = Kind::Dot;
  std::string field;
  int64_t index = 0;
};

// What tells whether an object has the variant that a value is in (DW_TAG_variant).
struct VariantTest {
  ValueLocation place;  // of the discriminant, a number without a sign
  ValueShape shape;
  // The variant is there if the number lies from `low` to `high`; above it: if it is not between the two. Modulo
  // 2^64.
  uint64_t low = 0;
  uint64_t high = 0;
};

struct FoundValue {
  ValueLocation place;
  ValueShape shape;
  ValueLocation text;                     // texts, sequences of bytes: Memory of the first byte
  ValueLocation length;                   // SizedString; the two may be in different registers
  std::optional<NumberPlace> text_first;  // SizedString: `length` is the last index then, this the first one
  ValueLocation object;               // SmallString: of the object, 24 bytes; `text` is where a long one is
  std::vector<VariantTest> variants;  // all must hold, else the program has no such value
  // Array, or an element of one: how to find the elements in the `window` ones at `place`, which begins `skip`
  // bytes behind the array; the dimension whose neighbours are nearest in memory first. None: they are there.
  std::vector<ArrayDimension> dimensions;
  uint64_t window = 0;
  int64_t skip = 0;
  // What :string means of a value that is no text itself: the text or the sequence of bytes that its pointers (an
  // Option, an Rc) lead to. Without it `no_text` says why the value cannot be taken for one; empty: it may be.
  std::shared_ptr<const FoundValue> leads_to;
  std::string no_text;              // follows the variable's name: "points at Node, which is no text"
  std::vector<std::string> fields;  // Aggregate: what can be asked of it, if they are not far too many
};

struct VariableInfo {
  std::string name;
  std::string type;  // as the language writes it
  bool is_parameter = false;
  FoundValue value;
};

// Why a variable could not be found or followed.
struct VariableFault {
  enum class Kind : uint8_t {
    NoFunction,
    Folded,  // the function's code is that of another one, which alone is described
    NoVariable,
    Ambiguous,  // `names`: what it may mean, as the user can write each
    NoField,
    NotAPointer,
    NotComplete,  // its type is only declared
    NotAnArray,
    NotAStruct,
    OutOfBounds,
    NoResult,  // the function returns nothing
  };
  Kind kind = Kind::NoVariable;
  int step = -1;                   // of the request, -1: the variable itself
  std::string message;             // one line: "Rec has no field titel"
  std::vector<std::string> names;  // of the fields or variables that there are
};

// Where a variable is looked for.
struct CodePoint {
  uint64_t pc = 0;
  std::string function;  // which of the functions that hold the pc (inlined ones do so too); empty: innermost
  // The symbol (or DW_AT_name, where there is none) of the function that is meant, where its code may be that of
  // others too; empty: the one that is described.
  std::string symbol{};
};

}  // namespace uproar
