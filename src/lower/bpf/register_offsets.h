// Where the registers of a machine stand in what a BPF program is handed at a probe: the kernel's struct pt_regs. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace uproar {

// Registers that have a meaning for fetches, by offset in bytes.
struct MachineRegisters {
  uint32_t instruction_pointer = 0;
  uint32_t stack_pointer = 0;
  uint32_t frame_pointer = 0;
  uint32_t return_value = 0;
  uint32_t bytes = 0;  // of what a program may read
};

// `machine` as uname spells it; nothing for one without a table.
std::optional<MachineRegisters> machine_registers(std::string_view machine);

// A general register by the kernel's name (di, orig_ax, x0, lr, pstate …); nothing: the machine has none of that name.
std::optional<uint32_t> register_offset(std::string_view machine, std::string_view name);

}  // namespace uproar
