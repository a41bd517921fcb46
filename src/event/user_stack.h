// What unwinding a stack begins with: registers of a thread in user space, and what its stack held. Plain data.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace uproar {

// The machine is told by its e_machine of ELF: EM_X86_64 or EM_AARCH64. Registers have the numbers of DWARF; the program counter of
// arm64, which has none, is number 32.
struct UserStack {
  static constexpr size_t kRegisters = 33;

  uint16_t machine = 0;
  std::array<uint64_t, kRegisters> registers{};
  uint64_t known = 0;              // a bit for each register that is; 0: there are none
  std::span<const uint8_t> bytes;  // from the stack pointer on
  bool may_go_on = false;          // bytes end because no more were asked for, not because the stack does

  void set(size_t number, uint64_t value) {
    registers[number] = value;
    known |= uint64_t{1} << number;
  }
  bool has(size_t number) const { return (known >> number & 1) != 0; }
};

// e_machine, from the name that uname has for it; 0: one that nothing can be unwound for.
constexpr uint16_t unwind_machine(std::string_view name) {
  if (name == "x86_64") return 62;
  return name == "aarch64" ? 183 : 0;
}

// Numbers of the registers that unwinding asks for by their meaning.
struct UnwindRegisters {
  uint8_t program_counter = 0;
  uint8_t stack_pointer = 0;
  uint8_t frame_pointer = 0;
  uint8_t count = 0;
};
// count 0: a machine that is not known.
constexpr UnwindRegisters unwind_registers(uint16_t machine) {
  constexpr uint16_t kX86 = 62, kArm64 = 183;
  if (machine == kX86) return {16, 7, 6, 17};
  if (machine == kArm64) return {32, 31, 29, 33};
  return {};
}

}  // namespace uproar
