#include "binary/code/register_numbers.h"

#include <capstone.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

uint32_t number(unsigned name, InstructionSet set) {
  auto found = register_number(name, set);
  return found ? found->number : UINT32_MAX;
}

TEST(RegisterNumbers, EveryPartOfARegisterIsThatRegister) {
  for (unsigned part : {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH})
    EXPECT_EQ(number(part, InstructionSet::X86_64), 2u) << part;
  for (unsigned part : {X86_REG_XMM3, X86_REG_YMM3, X86_REG_ZMM3})
    EXPECT_EQ(number(part, InstructionSet::X86_64), 20u) << part;
  for (unsigned part : {ARM64_REG_X29, ARM64_REG_W29}) EXPECT_EQ(number(part, InstructionSet::Arm64), 29u);
  for (unsigned part : {ARM64_REG_S8, ARM64_REG_D8, ARM64_REG_Q8})
    EXPECT_EQ(number(part, InstructionSet::Arm64), 72u) << part;
}

TEST(RegisterNumbers, TheMachinesCountDifferently) {
  EXPECT_EQ(number(X86_REG_RDI, InstructionSet::X86_64), 5u);
  EXPECT_EQ(number(X86_REG_EDI, InstructionSet::I386), 7u);
  EXPECT_EQ(number(X86_REG_ECX, InstructionSet::I386), 1u);
  EXPECT_EQ(number(X86_REG_ESP, InstructionSet::I386), 4u);
  EXPECT_EQ(number(X86_REG_XMM0, InstructionSet::X86_64), 17u);
  EXPECT_EQ(number(X86_REG_XMM0, InstructionSet::I386), 21u);
  EXPECT_EQ(number(ARM64_REG_SP, InstructionSet::Arm64), 31u);
  EXPECT_EQ(number(ARM64_REG_X30, InstructionSet::Arm64), 30u);
}

TEST(RegisterNumbers, IntegersAreToldFromVectors) {
  EXPECT_TRUE(register_number(X86_REG_R15B, InstructionSet::X86_64)->is_integer);
  EXPECT_FALSE(register_number(X86_REG_XMM15, InstructionSet::X86_64)->is_integer);
}

TEST(RegisterNumbers, FlagsAndSegmentsHaveNone) {
  for (unsigned name : {X86_REG_INVALID, X86_REG_EFLAGS, X86_REG_FS, X86_REG_RIP})
    EXPECT_FALSE(register_number(name, InstructionSet::X86_64)) << name;
  for (unsigned name : {ARM64_REG_INVALID, ARM64_REG_NZCV, ARM64_REG_XZR})
    EXPECT_FALSE(register_number(name, InstructionSet::Arm64)) << name;
}

}  // namespace
}  // namespace uproar
