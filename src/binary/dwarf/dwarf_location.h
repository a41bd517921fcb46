// Internal to this folder: location expressions, carried out with what is known when nothing runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "binary/dwarf/dwarf_die.h"
#include "binary/dwarf/dwarf_file.h"

namespace uproar {

// Sums of numbers out of a file: no overflow is undefined.
inline int64_t wrapping_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// A number that the probe will know: a base, to which each of `reads` but the addend is added and a pointer
// read there, then the addend is added. Register 7, {8}, addend 16 is 16 + *(rsp + 8).
struct Symbolic {
  enum class Base : uint8_t { Number, Static, Register };
  Base base = Base::Number;
  uint64_t vaddr = 0;  // Static, in the file's numbering
  uint32_t dwarf_register = 0;
  std::vector<int64_t> reads;
  int64_t addend = 0;        // Number: the number itself
  uint8_t shifted_left = 0;  // by so many bits for the moment: half of a sign extension
  uint8_t valid_bits = 64;   // only so many low bits are what was meant

  bool is_number() const { return base == Base::Number && reads.empty(); }
};

// Where an object is.
struct Location {
  enum class Kind : uint8_t {
    Unavailable,  // `why`
    Register,     // in `dwarf_register`, from byte `skip` on
    Memory,       // at the address `at`
    Value,        // nowhere: it is `at` itself
    Bytes,        // nowhere: these are its bytes
    Pointer,      // a pointer to the object `target` plus `skip` bytes, which is nowhere itself
    Pieces,
  };
  Kind kind = Kind::Unavailable;
  uint32_t dwarf_register = 0;
  int64_t skip = 0;
  Symbolic at;
  std::string bytes;
  Dwarf_Die target{};
  std::vector<struct LocationPiece> pieces;
  std::string why;
  bool by_frame = false;  // relative to the frame base …
  bool by_cfa = false;    // … which is told as the canonical frame address, else as a register

  static Location unavailable(std::string why);
  static Location in_register(uint32_t dwarf_register);
  // Of an object whose value is `value`: what was read last from memory is in memory, what is a plain
  // register is in it, anything else is nowhere but known.
  static Location of_value(Symbolic value);
};

constexpr const char* kOptimisedOut = "was optimised out";

struct LocationPiece {
  Location location;
  uint64_t size = 0;  // bytes
};

// One location of them all, which are not none; Unavailable if every one is.
Location joined(std::vector<LocationPiece> pieces);

// What an expression refers to.
struct LocationContext {
  DwarfFile& file;
  Dwarf_Addr pc = 0;      // DWARF's numbering
  Dwarf_Die function{};   // whose frame base counts; addr null: none
  bool at_entry = false;  // pc is the first instruction of the function
  int language = 0;       // DW_LANG_… of the code
};

// The location of the variable or parameter `die` (by DW_AT_location, else DW_AT_const_value) at the
// context's pc. Never fails: what cannot be had is Unavailable, and says why.
Location locate(Dwarf_Die& die, const LocationContext& context);

// The canonical frame address at the context's pc; false: there is no rule for it.
bool canonical_frame_address(const LocationContext& context, Symbolic& address);

// `size` bytes from `offset` on of what is at `location`.
Location part_of(const Location& location, uint64_t offset, uint64_t size);

// The object that the pointer at `location` points at.
Location pointed_at(const Location& location, const LocationContext& context);

}  // namespace uproar
