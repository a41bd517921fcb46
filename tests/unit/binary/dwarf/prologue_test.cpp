#include "binary/dwarf/prologue.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::string shown(const Prologue& prologue) {
  std::string text;
  for (const ParameterStore& each : prologue.stores) {
    text += std::to_string(each.slot) + "/" + std::to_string(each.size) + "=";
    text += each.value.on_stack ? "stack" + std::to_string(each.value.slot)
                                : "r" + std::to_string(each.value.dwarf_register);
    text += ' ';
  }
  return text;
}

TEST(Prologue, StoresBelowTheFramePointer) {
  // push %rbp; mov %rsp,%rbp; mov %edi,-0x14(%rbp); movsd %xmm0,-0x20(%rbp); mov %esi,%eax; mov
  // %al,-0x24(%rbp)
  const std::vector<uint8_t> code = {0x55, 0x48, 0x89, 0xe5, 0x89, 0x7d, 0xec, 0xf2, 0x0f, 0x11,
                                     0x45, 0xe0, 0x89, 0xf0, 0x88, 0x45, 0xdc, 0x5d, 0xc3};
  const Prologue prologue = read_prologue(code, 0x1000, InstructionSet::X86_64);
  // push moved the frame by 8; the return ends it all.
  EXPECT_EQ(shown(prologue), "-28/4=r5 -40/8=r17 -44/1=r4 ");
  EXPECT_EQ(prologue.frame_registers.at(6), -8);
  EXPECT_EQ(prologue.stores[0].vaddr, 0x1004u);
}

TEST(Prologue, ValuesThatGoThroughTheStack) {
  // sub $0x18,%rsp; mov %edx,0x4(%rsp); mov 0x4(%rsp),%edi; mov %edi,0x10(%rsp); mov 0x20(%rsp),%eax;
  // mov %eax,0x8(%rsp)
  const std::vector<uint8_t> code = {0x48, 0x83, 0xec, 0x18, 0x89, 0x54, 0x24, 0x04, 0x8b, 0x7c, 0x24, 0x04,
                                     0x89, 0x7c, 0x24, 0x10, 0x8b, 0x44, 0x24, 0x20, 0x89, 0x44, 0x24, 0x08};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::X86_64)), "-20/4=r1 -8/4=r1 -16/4=stack8 ");
}

TEST(Prologue, WhatWasOverwrittenIsNoParameter) {
  // mov $1,%edi; mov %edi,-0x8(%rsp); call …
  const std::vector<uint8_t> code = {0xbf, 1, 0, 0, 0, 0x89, 0x7c, 0x24, 0xf8,
                                     0xe8, 0, 0, 0, 0, 0x89, 0x74, 0x24, 0xf8};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::X86_64)), "");
}

TEST(Prologue, Arm) {
  // sub sp,sp,#32; str w0,[sp,#12]; str x1,[sp]; ret
  const std::vector<uint8_t> code = {0xff, 0x83, 0x00, 0xd1, 0xe0, 0x0f, 0x00, 0xb9,
                                     0xe1, 0x03, 0x00, 0xf9, 0xc0, 0x03, 0x5f, 0xd6};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::Arm64)), "-20/4=r0 -32/8=r1 ");
}

TEST(Prologue, FrameOfAFunctionThatMakesNoRoom) {
  // mov %rsi,-0x10(%rsp); mov %rdx,-0x8(%rsp); ret
  const std::vector<uint8_t> code = {0x48, 0x89, 0x74, 0x24, 0xf0, 0x48, 0x89, 0x54, 0x24, 0xf8, 0xc3};
  const Prologue prologue = read_prologue(code, 0, InstructionSet::X86_64);
  EXPECT_EQ(shown(prologue), "-16/8=r4 -8/8=r1 ");
  EXPECT_EQ(prologue.frame_registers, (std::map<uint32_t, int64_t>{{7, 0}}));
}

TEST(Prologue, RegistersKeepWhatTheyHadUntilTheyAreWritten) {
  // push %rbp; mov %rsp,%rbp; mov -0x18(%rbp),%rdi; xor %ecx,%ecx; call …
  const std::vector<uint8_t> code = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x8b, 0x7d, 0xe8,
                                     0x31, 0xc9, 0xe8, 0,    0,    0,    0};
  const Prologue prologue = read_prologue(code, 0x100, InstructionSet::X86_64);
  EXPECT_TRUE(prologue.keeps(5, 0x104));   // rdi, before it is loaded
  EXPECT_FALSE(prologue.keeps(5, 0x108));  // and behind
  EXPECT_FALSE(prologue.keeps(2, 0x10a));  // rcx
  EXPECT_TRUE(prologue.keeps(8, 0x10a));   // r8, at the call
  EXPECT_FALSE(prologue.keeps(8, 0x10f));  // the call may write it
  EXPECT_FALSE(prologue.keeps(7, 0x101));  // rsp
}

TEST(Prologue, I386) {
  // push %ebp; mov %esp,%ebp; sub $0x10,%esp; mov 0x8(%ebp),%eax; mov %eax,-0x4(%ebp); ret
  const std::vector<uint8_t> code = {0x55, 0x89, 0xe5, 0x83, 0xec, 0x10, 0x8b,
                                     0x45, 0x08, 0x89, 0x45, 0xfc, 0xc3};
  const Prologue prologue = read_prologue(code, 0, InstructionSet::I386);
  EXPECT_EQ(shown(prologue), "-8/4=stack4 ");
  EXPECT_EQ(prologue.frame_registers, (std::map<uint32_t, int64_t>{{4, -20}, {5, -4}}));
}

TEST(Prologue, NoCode) {
  EXPECT_TRUE(read_prologue({}, 0, InstructionSet::X86_64).stores.empty());
}

}  // namespace
}  // namespace uproar
