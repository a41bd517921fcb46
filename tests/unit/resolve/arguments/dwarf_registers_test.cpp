#include "resolve/arguments/dwarf_registers.h"

#include <elf.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(DwarfRegisters, X86) {
  EXPECT_EQ(dwarf_register(EM_X86_64, 5).name, "di");
  EXPECT_EQ(dwarf_register(EM_X86_64, 5).shown, "rdi");
  EXPECT_EQ(dwarf_register(EM_X86_64, 7).name, "sp");
  EXPECT_EQ(dwarf_register(EM_X86_64, 12).name, "r12");
  EXPECT_EQ(dwarf_register(EM_X86_64, 16).name, "ip");
  EXPECT_EQ(dwarf_register(EM_386, 7).name, "di");
  EXPECT_EQ(dwarf_register(EM_386, 7).shown, "edi");
}

TEST(DwarfRegisters, Arm) {
  EXPECT_EQ(dwarf_register(EM_AARCH64, 0).name, "x0");
  EXPECT_EQ(dwarf_register(EM_AARCH64, 31).name, "sp");
  EXPECT_EQ(dwarf_register(EM_AARCH64, 32).name, "pc");
}

TEST(DwarfRegisters, VectorRegistersAreOfAClassOfTheirOwn) {
  using Class = FetchOperation::RegisterClass;
  EXPECT_EQ(dwarf_register(EM_X86_64, 5).register_class, Class::General);
  EXPECT_EQ(dwarf_register(EM_X86_64, 17).register_class, Class::Vector);
  EXPECT_EQ(dwarf_register(EM_X86_64, 17).name, "xmm0");
  EXPECT_EQ(dwarf_register(EM_X86_64, 67).name, "xmm16");
  EXPECT_EQ(dwarf_register(EM_386, 21).name, "xmm0");
  EXPECT_EQ(dwarf_register(EM_AARCH64, 64).name, "v0");
}

TEST(DwarfRegisters, WhatNoPlanNamesIsOnlyShown) {
  EXPECT_EQ(dwarf_register(EM_X86_64, 33).name, "");
  EXPECT_EQ(dwarf_register(EM_X86_64, 17).shown, "xmm0");
  EXPECT_EQ(dwarf_register(EM_X86_64, 33).shown, "st0");
  EXPECT_EQ(dwarf_register(EM_X86_64, 67).shown, "xmm16");
  EXPECT_EQ(dwarf_register(EM_AARCH64, 64).shown, "v0");
  EXPECT_EQ(dwarf_register(EM_X86_64, 1000).shown, "register 1000");
  EXPECT_EQ(dwarf_register(EM_RISCV, 1).shown, "register 1");
}

}  // namespace
}  // namespace uproar
