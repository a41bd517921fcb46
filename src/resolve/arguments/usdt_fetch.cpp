#include "resolve/arguments/usdt_fetch.h"

#include <fmt/format.h>

#include <algorithm>

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

Error refused(const UsdtOperand& operand, std::string_view why, std::string remedy = {}) {
  return Error{fmt::format("{} cannot be fetched: {}", operand.text, why), {}, std::move(remedy), 0};
}

FetchOperation operation(Operation kind, int64_t number = 0, std::string name = {}) {
  return {kind, number, std::move(name), false};
}

Error not_general(const UsdtOperand& operand, const MachineRegister& reg) {
  switch (reg.kind) {
    case MachineRegister::Kind::HighByte:
      return refused(operand,
                     fmt::format("it is the second byte of a register, and the kernel takes the lowest "
                                 "part only"),
                     fmt::format("fetch the register and cut the byte out: %{}:b8@8/16", reg.name));
    case MachineRegister::Kind::Vector:
      return refused(
          operand,
          fmt::format("{} is a floating-point or vector register, which a probe does not see", reg.name));
    default:
      return refused(operand, "a probe does not see that register");
  }
}

bool is_whole(const MachineRegister& reg) {
  return reg.kind == MachineRegister::Kind::General && reg.bits == 64;
}

// The sum of the registers that an address has, if it has any.
Result<FetchOperation> register_sum(const UsdtOperand& operand) {
  if (operand.has_base && operand.base.kind == MachineRegister::Kind::Pc)
    return refused(operand, "it counts from an instruction that the note does not name");
  FetchOperation sum = operation(Operation::Register, 0, operand.has_base ? operand.base.name : "");
  if (!operand.has_index) return sum;
  if ((operand.has_base && !is_whole(operand.base)) || !is_whole(operand.index))
    return refused(operand, "its address is the sum of parts of registers");
  sum.index = operand.index.name;
  sum.scale = operand.scale;
  return sum;
}

Result<std::vector<FetchOperation>> memory_operations(const UsdtOperand& operand, SymbolAddresses& symbols,
                                                      uint64_t code_base) {
  if (!operand.segment.empty()) {
    return refused(operand,
                   fmt::format("it counts from the segment register {} (a variable of each thread), which "
                               "the kernel's fetches do not know",
                               operand.segment));
  }
  if (operand.symbol_use == UsdtOperand::Symbol::Indirect) {
    return refused(
        operand, fmt::format("it goes through the relocation {} of {}", operand.relocation, operand.symbol));
  }
  // Modulo 2^64, as the kernel's own sums.
  uint64_t displacement = static_cast<uint64_t>(operand.displacement);
  if (!operand.symbol.empty()) {
    const bool is_added =
        operand.has_index || (operand.has_base && operand.symbol_use == UsdtOperand::Symbol::Added);
    if (is_added && !symbols.is_fixed()) {
      return refused(operand,
                     fmt::format("its address is the sum of a register and {}, which is loaded at an "
                                 "address of its own each time",
                                 operand.symbol));
    }
    auto vaddr = symbols.vaddr_of(operand.symbol);
    if (!vaddr.ok()) return refused(operand, vaddr.error().message, vaddr.error().remedy);
    displacement += *vaddr;
    // The kernel adds the number to (hit address - probe's file offset).
    if (!is_added)
      return std::vector{operation(Operation::FileOffset, static_cast<int64_t>(displacement - code_base))};
  }
  if (!operand.has_base && !operand.has_index)
    return std::vector{operation(Operation::Address, operand.displacement)};
  TRY_ASSIGN(FetchOperation sum, register_sum(operand));
  return std::vector{std::move(sum), operation(Operation::Dereference, static_cast<int64_t>(displacement))};
}

ValueType type_of(const UsdtOperand& operand) {
  ValueType type;
  type.kind = operand.is_signed ? ValueType::Kind::Signed : ValueType::Kind::Unsigned;
  type.bits = static_cast<uint8_t>(operand.size * 8);
  if (operand.is_float) {
    type.kind = ValueType::Kind::Hex;
    type.source_name = operand.size == 4 ? "float" : "double";
  }
  return type;
}

bool is_number(const FetchArgument& argument) {
  return (argument.type.kind == ValueType::Kind::Signed || argument.type.kind == ValueType::Kind::Unsigned) &&
         argument.type.array_count == 0;
}

bool is_constant(const FetchArgument& argument) {
  return argument.operations.size() == 1 && argument.operations.front().kind == Operation::Immediate;
}

bool same_type(const ValueType& a, const ValueType& b) {
  return a.kind == b.kind && a.bits == b.bits;
}

// The narrowest type that holds a constant, at most as wide as it was declared.
ValueType constant_type(const FetchArgument& argument) {
  ValueType type = argument.type;
  const int64_t value = argument.operations.front().number;
  const bool negative = type.kind == ValueType::Kind::Signed && value < 0;
  type.kind = negative ? ValueType::Kind::Signed : ValueType::Kind::Unsigned;
  for (uint8_t bits : {uint8_t{8}, uint8_t{16}, uint8_t{32}}) {
    const bool fits =
        negative ? value >= -(int64_t{1} << (bits - 1)) : (static_cast<uint64_t>(value) >> bits) == 0;
    if (fits && bits < type.bits) return type.bits = bits, type;
  }
  return type;
}

// The type that all of them are to have. Constants count with what their values need, the others as they are.
ValueType common_type(const std::vector<FetchArgument*>& arguments) {
  const bool only_constants =
      std::all_of(arguments.begin(), arguments.end(), [](auto* each) { return is_constant(*each); });
  ValueType common;
  common.bits = 8;
  common.kind = ValueType::Kind::Unsigned;
  for (const FetchArgument* argument : arguments) {
    const bool by_value = is_constant(*argument) && !only_constants;
    const ValueType type = by_value ? constant_type(*argument) : argument->type;
    common.bits = std::max(common.bits, type.bits);
    if (type.kind == ValueType::Kind::Signed) common.kind = ValueType::Kind::Signed;
  }
  return common;
}

}  // namespace

Result<FetchArgument> usdt_fetch(const UsdtOperand& operand, SymbolAddresses& symbols, uint64_t code_base) {
  FetchArgument made;
  made.type = type_of(operand);
  switch (operand.kind) {
    case UsdtOperand::Kind::Constant:
      made.operations = {operation(Operation::Immediate, operand.constant)};
      break;
    case UsdtOperand::Kind::SymbolAddress:
      return refused(operand, fmt::format("it is the address of {}, not a value in a register or in memory",
                                          operand.symbol));
    case UsdtOperand::Kind::Register:
      if (operand.reg.kind != MachineRegister::Kind::General) return not_general(operand, operand.reg);
      made.operations = {operation(Operation::Register, 0, operand.reg.name)};
      // Beyond the part that the note names stands something else.
      made.type.bits = std::min(made.type.bits, operand.reg.bits);
      break;
    case UsdtOperand::Kind::Memory: {
      TRY_ASSIGN(made.operations, memory_operations(operand, symbols, code_base));
      break;
    }
  }
  return made;
}

Result<void> unify_types(const std::vector<FetchArgument*>& same_argument) {
  if (same_argument.size() < 2) return {};
  const bool all_numbers =
      std::all_of(same_argument.begin(), same_argument.end(), [](auto* each) { return is_number(*each); });
  const bool all_same = std::all_of(same_argument.begin(), same_argument.end(), [&](auto* each) {
    return same_type(each->type, same_argument.front()->type);
  });
  if (!all_numbers || all_same) return {};
  const ValueType common = common_type(same_argument);
  const bool all_whole = std::all_of(same_argument.begin(), same_argument.end(), [&](auto* each) {
    return is_constant(*each) || each->type.bits == common.bits;
  });
  const bool is_signed = common.kind == ValueType::Kind::Signed && !all_whole;
  for (FetchArgument* argument : same_argument) {
    ValueType& type = argument->type;
    type.is_signed = is_signed && type.kind == ValueType::Kind::Signed;
    const bool whole = is_constant(*argument) || type.bits == common.bits;
    type.kind = whole ? (is_signed ? ValueType::Kind::Unsigned : common.kind) : ValueType::Kind::Bitfield;
    if (!all_whole) type.bit_width = whole ? common.bits : type.bits;
    type.bit_offset = 0;
    type.bits = common.bits;
  }
  return {};
}

}  // namespace uproar
