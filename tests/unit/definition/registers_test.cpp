#include "definition/registers.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Registers, TablesOfBothArchitectures) {
  for (const char* name :
       {"ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "r8", "r15", "ip", "flags", "cs", "ss", "orig_ax"}) {
    EXPECT_TRUE(is_register(name, Architecture::X86_64)) << name;
  }
  for (const char* name : {"x0", "x30", "lr", "sp", "pc", "pstate"}) {
    EXPECT_TRUE(is_register(name, Architecture::AArch64)) << name;
  }
  for (const char* name : {"", "rdi", "edi", "DI", "ds", "r16", "x0", "fs_base", "xmm0"}) {
    EXPECT_FALSE(is_register(name, Architecture::X86_64)) << name;
  }
  for (const char* name : {"x31", "w0", "fp", "di", "X0", "v0"}) {
    EXPECT_FALSE(is_register(name, Architecture::AArch64)) << name;
  }
}

TEST(Registers, FamiliarNamesHaveAKernelName) {
  EXPECT_EQ(familiar_register("rdi", Architecture::X86_64), "di");
  EXPECT_EQ(familiar_register("EAX", Architecture::X86_64), "ax");
  EXPECT_EQ(familiar_register("r10w", Architecture::X86_64), "r10");
  EXPECT_EQ(familiar_register("w7", Architecture::AArch64), "x7");
  EXPECT_EQ(familiar_register("fp", Architecture::AArch64), "x29");
  EXPECT_EQ(familiar_register("count", Architecture::X86_64), "");
  EXPECT_EQ(familiar_register("w31", Architecture::AArch64), "");
}

TEST(Registers, HintsNameWhatToWrite) {
  EXPECT_EQ(register_hint("w0", Architecture::AArch64), "the kernel names it %x0");
  EXPECT_EQ(register_hint("X5", Architecture::AArch64), "register names are written in small letters: %x5");
  EXPECT_EQ(register_hint("di", Architecture::AArch64),
            "that is an x86-64 name; function arguments on arm64 are in %x0 to %x7");
  EXPECT_EQ(register_hint("q3", Architecture::AArch64),
            "floating point and vector registers cannot be fetched, only general ones such as %x0");
  EXPECT_EQ(register_hint("ymm15", Architecture::X86_64),
            "floating point and vector registers cannot be fetched, only general ones such as %di");
}

}  // namespace
}  // namespace uproar
