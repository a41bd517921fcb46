// Registers as the ABI's DWARF mapping numbers them, to those of a plan. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "plan/fetch.h"

namespace uproar {

struct DwarfRegister {
  std::string name;   // as plan/fetch.h names it: di, ip, x0, xmm0; empty: of a class that no plan has
  std::string shown;  // as the architecture calls it: rdi, xmm0, st0
  FetchOperation::RegisterClass register_class = FetchOperation::RegisterClass::General;
};

// System V psABI x86-64 figure 3.36, i386 psABI table 2.14, DWARF for the Arm 64-bit architecture
// section 4.1.
DwarfRegister dwarf_register(uint16_t elf_machine, uint32_t number);

}  // namespace uproar
