#include "binary/usdt/usdt_registers.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Kind = MachineRegister::Kind;

// "kernel's name/bits", "" for a name that is none.
std::string known(const char* text, InstructionSet set) {
  auto found = machine_register(text, set);
  return found ? found->name + "/" + std::to_string(found->bits) : "";
}

TEST(UsdtRegisters, PartsOfOneRegisterHaveTheKernelsName) {
  const auto set = InstructionSet::X86_64;
  EXPECT_EQ(known("rdi", set), "di/64");
  EXPECT_EQ(known("edi", set), "di/32");
  EXPECT_EQ(known("di", set), "di/16");
  EXPECT_EQ(known("dil", set), "di/8");
  EXPECT_EQ(known("r10d", set), "r10/32");
  EXPECT_EQ(known("r8b", set), "r8/8");
  EXPECT_EQ(machine_register("ah", set)->kind, Kind::HighByte);
  EXPECT_EQ(machine_register("rip", set)->kind, Kind::Pc);
  EXPECT_EQ(machine_register("fs", set)->kind, Kind::Segment);
  EXPECT_EQ(machine_register("xmm3", set)->kind, Kind::Vector);
}

TEST(UsdtRegisters, I386HasNoWideOnes) {
  const auto set = InstructionSet::I386;
  EXPECT_EQ(known("esi", set), "si/32");
  EXPECT_EQ(known("rsi", set), "");
  EXPECT_EQ(known("r8", set), "");
}

TEST(UsdtRegisters, Arm) {
  const auto set = InstructionSet::Arm64;
  EXPECT_EQ(known("x0", set), "x0/64");
  EXPECT_EQ(known("w19", set), "x19/32");
  EXPECT_EQ(known("sp", set), "sp/64");
  EXPECT_EQ(known("lr", set), "x30/64");
  EXPECT_EQ(machine_register("wzr", set)->kind, Kind::Zero);
  EXPECT_EQ(machine_register("v0.2d", set)->kind, Kind::Vector);
  EXPECT_EQ(known("x31", set), "");
}

TEST(UsdtRegisters, OtherNamesAreNone) {
  for (const char* text : {"", "r", "r7", "r16", "r08", "rdi ", "%rdi", "xmm32", "foo"})
    EXPECT_EQ(known(text, InstructionSet::X86_64), "") << text;
}

}  // namespace
}  // namespace uproar
