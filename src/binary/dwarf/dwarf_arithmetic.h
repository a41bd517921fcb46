// Internal to this folder: numbers that only the running program knows, and what the operators of DWARF
// expressions make of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace uproar {

// Sums of numbers out of a file: no overflow is undefined.
inline int64_t wrapping_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// A number that the probe will know: a base, to which each of `reads` but the addend is added and a pointer
// read there, then the addend is added. Register 7, {8}, addend 16 is 16 + *(rsp + 8).
struct Symbolic {
  enum class Base : uint8_t { Number, Static, Symbol, Register };
  Base base = Base::Number;
  uint64_t vaddr = 0;  // Static, in the file's numbering
  std::string symbol;  // Symbol: the address of what the linker calls so
  uint32_t dwarf_register = 0;
  std::vector<int64_t> reads;
  int64_t addend = 0;        // Number: the number itself
  uint8_t shifted_left = 0;  // by so many bits for the moment: half of a sign extension
  uint8_t valid_bits = 64;   // only so many low bits are what was meant

  bool is_number() const { return base == Base::Number && reads.empty(); }
};

// `left` and `right` under one of DW_OP_plus … DW_OP_shra. Nothing where the result is no number of the
// running program with a constant added, which is all that a probe can fetch.
std::optional<Symbolic> combine(unsigned atom, Symbolic left, Symbolic right);

}  // namespace uproar
