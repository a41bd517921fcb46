// Expressions in unwinding tables, evaluated with the registers and the stack of a sample. Pure.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "event/user_stack.h"

namespace uproar {

// What an expression may ask for; nothing: it is not known.
struct UnwindMemory {
  const UserStack& state;                                         // the registers
  std::function<std::optional<uint64_t>(uint64_t address)> read;  // 8 bytes
};

struct UnwindValue {
  uint64_t number = 0;
  bool is_value = false;  // else the address where the value stands
};

// `cfa`: what DW_OP_call_frame_cfa pushes. Nothing: it asks for what is not known, goes on for more than a few thousand steps, or
// has an operation that no unwinding table of these machines has.
std::optional<UnwindValue> evaluate_unwind(std::span<const Dwarf_Op> operations, const UnwindMemory& memory,
                                           std::optional<uint64_t> cfa);

}  // namespace uproar
