#include "event/user_stack.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(UserStack, KnowsWhatWasSet) {
  UserStack stack;
  stack.set(16, 5);
  EXPECT_TRUE(stack.has(16));
  EXPECT_FALSE(stack.has(7));
  EXPECT_EQ(unwind_registers(unwind_machine("x86_64")).count, 17);
  EXPECT_EQ(unwind_registers(unwind_machine("aarch64")).count, 33);
  EXPECT_EQ(unwind_registers(unwind_machine("riscv64")).count, 0);
}

}  // namespace
}  // namespace uproar
