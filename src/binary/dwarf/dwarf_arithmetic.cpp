#include "binary/dwarf/dwarf_arithmetic.h"

#include <dwarf.h>

#include <algorithm>
#include <utility>

namespace uproar {
namespace {

std::optional<uint64_t> of_constants(unsigned atom, int64_t left, uint64_t right) {
  const auto bits = static_cast<uint64_t>(left);
  switch (atom) {
    case DW_OP_plus:
      return bits + right;
    case DW_OP_minus:
      return bits - right;
    case DW_OP_mul:
      return bits * right;
    case DW_OP_and:
      return bits & right;
    case DW_OP_or:
      return bits | right;
    case DW_OP_xor:
      return bits ^ right;
    case DW_OP_shl:
      return right < 64 ? bits << right : 0;
    case DW_OP_shr:
      return right < 64 ? bits >> right : 0;
    case DW_OP_shra:
      return static_cast<uint64_t>(left >> std::min<uint64_t>(right, 63));
    default:
      return std::nullopt;
  }
}

// A number of the running program and a constant. Besides sums, the ways to widen a narrow value: shifting it
// up and down again, masking it.
std::optional<Symbolic> with_constant(unsigned atom, Symbolic value, uint64_t amount) {
  switch (atom) {
    case DW_OP_plus:
      value.addend = wrapping_add(value.addend, static_cast<int64_t>(amount));
      break;
    case DW_OP_minus:
      value.addend = wrapping_add(value.addend, static_cast<int64_t>(-amount));
      break;
    case DW_OP_shl:
      if (value.shifted_left != 0 || amount == 0 || amount > 63) return std::nullopt;
      value.shifted_left = static_cast<uint8_t>(amount);
      break;
    case DW_OP_shr:
    case DW_OP_shra:
      if (value.shifted_left == 0 || value.shifted_left != amount) return std::nullopt;
      value.valid_bits = std::min<uint8_t>(value.valid_bits, static_cast<uint8_t>(64 - amount));
      value.shifted_left = 0;
      break;
    case DW_OP_and:
      // 1: a bool, which is a byte of 0 or 1 where it is passed.
      if (amount != 1 && amount != 0xff && amount != 0xffff && amount != 0xffffffff) return std::nullopt;
      value.valid_bits =
          std::min<uint8_t>(value.valid_bits, amount <= 0xff ? 8 : (amount == 0xffff ? 16 : 32));
      break;
    default:
      return std::nullopt;
  }
  if (value.shifted_left != 0 && value.addend != 0) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Symbolic> combine(unsigned atom, Symbolic left, Symbolic right) {
  if (atom == DW_OP_plus && left.is_number()) std::swap(left, right);
  if (!right.is_number()) return std::nullopt;
  const auto amount = static_cast<uint64_t>(right.addend);
  if (!left.is_number()) return with_constant(atom, std::move(left), amount);
  const auto result = of_constants(atom, left.addend, amount);
  if (!result) return std::nullopt;
  Symbolic number;
  number.addend = static_cast<int64_t>(*result);
  return number;
}

}  // namespace uproar
