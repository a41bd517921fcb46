#include "lower/bpf/register_offsets.h"

#include <gtest/gtest.h>
#include <sys/user.h>

#include <cstddef>

namespace uproar {
namespace {

#ifdef __x86_64__
TEST(RegisterOffsets, AreThoseOfTheKernelsOwnStruct) {
  EXPECT_EQ(register_offset("x86_64", "r15"), offsetof(user_regs_struct, r15));
  EXPECT_EQ(register_offset("x86_64", "di"), offsetof(user_regs_struct, rdi));
  EXPECT_EQ(register_offset("x86_64", "ax"), offsetof(user_regs_struct, rax));
  EXPECT_EQ(register_offset("x86_64", "orig_ax"), offsetof(user_regs_struct, orig_rax));
  EXPECT_EQ(register_offset("x86_64", "flags"), offsetof(user_regs_struct, eflags));
  const auto registers = machine_registers("x86_64");
  ASSERT_TRUE(registers);
  EXPECT_EQ(registers->stack_pointer, offsetof(user_regs_struct, rsp));
  EXPECT_EQ(registers->instruction_pointer, offsetof(user_regs_struct, rip));
  EXPECT_EQ(registers->frame_pointer, offsetof(user_regs_struct, rbp));
  EXPECT_EQ(registers->return_value, offsetof(user_regs_struct, rax));
  EXPECT_EQ(registers->bytes, size_t{21 * 8});
}
#endif

TEST(RegisterOffsets, OfArm64) {
  EXPECT_EQ(register_offset("aarch64", "x0"), 0u);
  EXPECT_EQ(register_offset("aarch64", "x30"), register_offset("aarch64", "lr"));
  EXPECT_EQ(register_offset("aarch64", "sp"), 31u * 8);
  EXPECT_EQ(register_offset("aarch64", "pc"), 32u * 8);
  EXPECT_EQ(machine_registers("aarch64")->frame_pointer, 29u * 8);
}

TEST(RegisterOffsets, NothingForOthers) {
  EXPECT_FALSE(register_offset("x86_64", "x0"));
  EXPECT_FALSE(register_offset("riscv64", "x0"));
  EXPECT_FALSE(machine_registers("riscv64"));
}

}  // namespace
}  // namespace uproar
