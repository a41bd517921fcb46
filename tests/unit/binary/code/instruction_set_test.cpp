#include "binary/code/instruction_set.h"

#include <elf.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(InstructionSet, ByTheNumberOfTheMachine) {
  EXPECT_EQ(instruction_set_of(EM_X86_64), InstructionSet::X86_64);
  EXPECT_EQ(instruction_set_of(EM_386), InstructionSet::I386);
  EXPECT_EQ(instruction_set_of(EM_AARCH64), InstructionSet::Arm64);
  EXPECT_FALSE(instruction_set_of(EM_RISCV));
  EXPECT_FALSE(instruction_set_of(EM_NONE));
}

}  // namespace
}  // namespace uproar
