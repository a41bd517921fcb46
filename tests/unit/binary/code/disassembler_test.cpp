#include "binary/code/disassembler.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace uproar {
namespace {

TEST(Disassembler, TakesOneInstructionAfterTheOther) {
  const std::vector<uint8_t> bytes = {0x55, 0x48, 0x89, 0xe5, 0xc3};  // push %rbp; mov %rsp,%rbp; ret
  Disassembler disassembler(InstructionSet::X86_64, Disassembler::Detail::Operands);
  std::span<const uint8_t> code = bytes;
  uint64_t vaddr = 0x1000;
  const cs_insn* insn = disassembler.next(code, vaddr);
  ASSERT_NE(insn, nullptr);
  EXPECT_EQ(insn->address, 0x1000u);
  EXPECT_EQ(disassembler.text(*insn), "push %rbp");
  insn = disassembler.next(code, vaddr);
  ASSERT_NE(insn, nullptr);
  EXPECT_EQ(disassembler.text(*insn), "mov %rsp, %rbp");
  EXPECT_FALSE(disassembler.in_group(*insn, CS_GRP_RET));
  insn = disassembler.next(code, vaddr);
  ASSERT_NE(insn, nullptr);
  EXPECT_TRUE(disassembler.in_group(*insn, CS_GRP_RET));
  EXPECT_EQ(vaddr, 0x1005u);
  EXPECT_TRUE(code.empty());
  EXPECT_EQ(disassembler.next(code, vaddr), nullptr);
}

TEST(Disassembler, WhatIsCutOffOrNoneIsNotTaken) {
  Disassembler disassembler(InstructionSet::X86_64, Disassembler::Detail::None);
  const std::vector<uint8_t> cut = {0x48, 0x89};
  std::span<const uint8_t> code = cut;
  uint64_t vaddr = 0;
  EXPECT_EQ(disassembler.next(code, vaddr), nullptr);
  const std::vector<uint8_t> none = {0x06, 0x06};  // push %es, which 64-bit code does not have
  code = none;
  EXPECT_EQ(disassembler.next(code, vaddr), nullptr);
}

TEST(Disassembler, OrderOfOperandsIsAsAsked) {
  const std::vector<uint8_t> bytes = {0x48, 0x89, 0xe5};  // mov %rsp,%rbp
  for (const bool is_intel : {false, true}) {
    Disassembler disassembler(InstructionSet::X86_64, is_intel ? Disassembler::Detail::IntelOperands
                                                               : Disassembler::Detail::Operands);
    std::span<const uint8_t> code = bytes;
    uint64_t vaddr = 0;
    const cs_insn* insn = disassembler.next(code, vaddr);
    ASSERT_NE(insn, nullptr);
    EXPECT_EQ(insn->detail->x86.operands[0].reg, is_intel ? X86_REG_RBP : X86_REG_RSP);
  }
}

TEST(Disassembler, EveryMachineHasItsOwn) {
  const std::vector<uint8_t> ret = {0xc0, 0x03, 0x5f, 0xd6};
  Disassembler disassembler(InstructionSet::Arm64, Disassembler::Detail::Operands);
  std::span<const uint8_t> code = ret;
  uint64_t vaddr = 0;
  const cs_insn* insn = disassembler.next(code, vaddr);
  ASSERT_NE(insn, nullptr);
  EXPECT_EQ(insn->id, static_cast<unsigned>(ARM64_INS_RET));
  EXPECT_EQ(disassembler.set(), InstructionSet::Arm64);
}

TEST(Disassembler, TheSharedOneIsThatOfTheThread) {
  Disassembler& own = shared_disassembler(InstructionSet::X86_64, Disassembler::Detail::Operands);
  EXPECT_EQ(&own, &shared_disassembler(InstructionSet::X86_64, Disassembler::Detail::Operands));
  EXPECT_NE(&own, &shared_disassembler(InstructionSet::I386, Disassembler::Detail::Operands));
  Disassembler* other = nullptr;
  std::thread([&] {
    other = &shared_disassembler(InstructionSet::X86_64, Disassembler::Detail::Operands);
  }).join();
  EXPECT_NE(&own, other);
}

}  // namespace
}  // namespace uproar
