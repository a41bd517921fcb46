// Registers as the ABI's DWARF mapping numbers them, to the names that uprobe_events knows. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace uproar {

struct DwarfRegister {
  std::string kernel_name;  // di, ip, x0; empty: the kernel's fetches cannot read it
  std::string shown;        // rdi, xmm0, v3: as the architecture calls it
};

// System V psABI x86-64 figure 3.36, i386 psABI table 2.14, DWARF for the Arm 64-bit architecture
// section 4.1.
DwarfRegister dwarf_register(uint16_t elf_machine, uint32_t number);

}  // namespace uproar
