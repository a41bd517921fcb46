#include "resolve/arguments/dwarf_registers.h"

#include <elf.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(DwarfRegisters, X86) {
  EXPECT_EQ(dwarf_register(EM_X86_64, 5).kernel_name, "di");
  EXPECT_EQ(dwarf_register(EM_X86_64, 5).shown, "rdi");
  EXPECT_EQ(dwarf_register(EM_X86_64, 7).kernel_name, "sp");
  EXPECT_EQ(dwarf_register(EM_X86_64, 12).kernel_name, "r12");
  EXPECT_EQ(dwarf_register(EM_X86_64, 16).kernel_name, "ip");
  EXPECT_EQ(dwarf_register(EM_386, 7).kernel_name, "di");
  EXPECT_EQ(dwarf_register(EM_386, 7).shown, "edi");
}

TEST(DwarfRegisters, Arm) {
  EXPECT_EQ(dwarf_register(EM_AARCH64, 0).kernel_name, "x0");
  EXPECT_EQ(dwarf_register(EM_AARCH64, 31).kernel_name, "sp");
  EXPECT_EQ(dwarf_register(EM_AARCH64, 32).kernel_name, "pc");
}

TEST(DwarfRegisters, WhatIsNoGeneralRegisterIsOnlyShown) {
  EXPECT_EQ(dwarf_register(EM_X86_64, 17).shown, "xmm0");
  EXPECT_EQ(dwarf_register(EM_X86_64, 33).shown, "st0");
  EXPECT_EQ(dwarf_register(EM_X86_64, 67).shown, "xmm16");
  EXPECT_EQ(dwarf_register(EM_AARCH64, 64).shown, "v0");
  EXPECT_EQ(dwarf_register(EM_X86_64, 1000).shown, "register 1000");
  EXPECT_EQ(dwarf_register(EM_RISCV, 1).shown, "register 1");
}

}  // namespace
}  // namespace uproar
