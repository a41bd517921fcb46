// Internal to this folder: where an object is, as far as it is known when nothing runs.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <string>
#include <vector>

#include "binary/dwarf/dwarf_arithmetic.h"

namespace uproar {

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

// `size` bytes from `offset` on of what is at `location`.
Location part_of(const Location& location, uint64_t offset, uint64_t size);

}  // namespace uproar
