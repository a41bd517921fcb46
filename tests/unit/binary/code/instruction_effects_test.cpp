#include "binary/code/instruction_effects.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Flow = InstructionEffects::Flow;
using Aim = InstructionEffects::Aim;
using Code = std::vector<uint8_t>;

InstructionEffects one(const Code& code, InstructionSet set = InstructionSet::X86_64) {
  auto found = effects_of(code, 0x1000, set);
  EXPECT_EQ(found.size(), 1u);
  return found.empty() ? InstructionEffects{} : found.front();
}

TEST(InstructionEffects, Flow) {
  EXPECT_EQ(one({0x55}).flow, Flow::Next);
  EXPECT_EQ(one({0xeb, 0x10}).flow, Flow::Jump);
  EXPECT_EQ(one({0xeb, 0x10}).target, 0x1012u);
  EXPECT_EQ(one({0x74, 0xfe}).flow, Flow::Branch);
  EXPECT_EQ(one({0x74, 0xfe}).target, 0x1000u);
  EXPECT_EQ(one({0xe3, 0x00}).flow, Flow::Branch);  // jrcxz
  EXPECT_EQ(one({0xe2, 0x00}).flow, Flow::Branch);  // loop
  EXPECT_EQ(one({0xe8, 0, 0, 0, 0}).flow, Flow::Call);
  EXPECT_EQ(one({0xe8, 0, 0, 0, 0}).target, 0x1005u);
  EXPECT_EQ(one({0xff, 0xd0}).flow, Flow::Call);
  EXPECT_EQ(one({0xff, 0xd0}).target, std::nullopt);
  EXPECT_EQ(one({0xc3}).flow, Flow::Return);
  EXPECT_EQ(one({0xc2, 8, 0}).flow, Flow::Return);
  EXPECT_EQ(one({0xf2, 0xc3}).flow, Flow::Return);
  EXPECT_EQ(one({0xf3, 0xc3}).flow, Flow::Return);
  EXPECT_EQ(one({0x0f, 0x0b}).flow, Flow::Stop);
}

TEST(InstructionEffects, IndirectJumps) {
  EXPECT_EQ(one({0xff, 0xe0}).aim, Aim::Register);
  EXPECT_EQ(one({0x3e, 0xff, 0xe0}).flow, Flow::Jump);
  EXPECT_EQ(one({0xff, 0x25, 0, 0, 0, 0}).aim, Aim::Slot);
  EXPECT_EQ(one({0xff, 0x60, 0x08}).aim, Aim::Memory);
  EXPECT_EQ(one({0xff, 0x24, 0xc5, 0, 0x10, 0, 0}).aim, Aim::Indexed);
}

TEST(InstructionEffects, PlainInstructionsTellWhatTheyWrite) {
  auto written = [](const Code& code) {
    const InstructionEffects effects = one(code);
    EXPECT_TRUE(effects.is_plain);
    return effects.written;
  };
  EXPECT_EQ(written({0xf3, 0x0f, 0x1e, 0xfa}), 0u);                           // endbr64
  EXPECT_EQ(written({0x48, 0x89, 0xf8}), register_set_of("ax"));              // mov %rdi,%rax
  EXPECT_EQ(written({0x44, 0x89, 0xcf}), register_set_of("di"));              // mov %r9d,%edi
  EXPECT_EQ(written({0x31, 0xc9}), register_set_of("cx"));                    // xor %ecx,%ecx
  EXPECT_EQ(written({0x48, 0x8d, 0x15, 0, 0, 0, 0}), register_set_of("dx"));  // lea 0(%rip),%rdx
  EXPECT_EQ(written({0x45, 0x31, 0xc0}), register_set_of("r8"));              // xor %r8d,%r8d
  EXPECT_EQ(written({0x40, 0xb6, 0x01}), register_set_of("si"));              // mov $1,%sil
  EXPECT_EQ(written({0xb7, 0x01}), register_set_of("bx"));                    // mov $1,%bh
  EXPECT_EQ(written({0x48, 0x98}), register_set_of("ax"));                    // cltq
  EXPECT_EQ(written({0x85, 0xff}), 0u);                                       // test %edi,%edi
  EXPECT_EQ(written({0x66, 0x0f, 0xef, 0xc0}), 0u);                           // pxor %xmm0,%xmm0
}

TEST(InstructionEffects, WhatMayFaultOrBeSeenIsNotPlain) {
  EXPECT_FALSE(one({0x8b, 0x07}).is_plain);                                   // mov (%rdi),%eax
  EXPECT_FALSE(one({0x89, 0x07}).is_plain);                                   // mov %eax,(%rdi)
  EXPECT_FALSE(one({0x55}).is_plain);                                         // push %rbp
  EXPECT_FALSE(one({0x0f, 0x05}).is_plain);                                   // syscall
  EXPECT_FALSE(one({0xf7, 0xf7}).is_plain);                                   // div %edi
  EXPECT_FALSE(one({0x8e, 0xd8}).is_plain);                                   // mov %eax,%ds
  EXPECT_FALSE(one({0x8c, 0xd8}).is_plain);                                   // mov %ds,%eax
  EXPECT_FALSE(one({0x0f, 0x20, 0xc0}).is_plain);                             // mov %cr0,%rax
  EXPECT_FALSE(one({0xf0, 0xff, 0x07}).is_plain);                             // lock incl (%rdi)
  EXPECT_FALSE(one({0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0}).is_plain);  // mov %fs:0x28,%rax
  EXPECT_FALSE(one({0xa1, 0, 0, 0, 0, 0, 0, 0, 0}).is_plain);                 // movabs 0,%eax
  EXPECT_FALSE(one({0x0f, 0xa2}).is_plain);                                   // cpuid
  EXPECT_FALSE(one({0x87, 0xfe}).is_plain);                                   // xchg %edi,%esi: not known
}

TEST(InstructionEffects, StackPointer) {
  EXPECT_EQ(one({0x55}).stack_change, -8);
  EXPECT_EQ(one({0x55}, InstructionSet::I386).stack_change, -4);
  EXPECT_EQ(one({0x5d}).stack_change, 8);
  EXPECT_EQ(one({0x48, 0x83, 0xec, 0x18}).stack_change, -24);
  EXPECT_EQ(one({0x48, 0x81, 0xc4, 0x80, 0, 0, 0}).stack_change, 128);
  EXPECT_EQ(one({0x48, 0x8d, 0x64, 0x24, 0xf0}).stack_change, -16);
  EXPECT_EQ(one({0x48, 0x83, 0xe4, 0xf0}).stack_change, std::nullopt);  // and $-16,%rsp
  EXPECT_EQ(one({0xc9}).stack_change, std::nullopt);
  EXPECT_EQ(one({0x48, 0x39, 0xe0}).stack_change, 0);  // cmp %rsp,%rax
  EXPECT_TRUE(one({0x48, 0x89, 0xe5}).copies_stack_pointer);
}

TEST(InstructionEffects, Arm64) {
  auto arm = [](uint32_t word) {
    return one({static_cast<uint8_t>(word), static_cast<uint8_t>(word >> 8), static_cast<uint8_t>(word >> 16),
                static_cast<uint8_t>(word >> 24)},
               InstructionSet::Arm64);
  };
  EXPECT_EQ(arm(0xd65f03c0).flow, Flow::Return);
  EXPECT_EQ(arm(0x14000002).flow, Flow::Jump);
  EXPECT_EQ(arm(0x14000002).target, 0x1008u);
  EXPECT_EQ(arm(0x54000040).flow, Flow::Branch);  // b.eq
  EXPECT_EQ(arm(0x54000040).target, 0x1008u);
  EXPECT_EQ(arm(0xb4000040).flow, Flow::Branch);  // cbz
  EXPECT_EQ(arm(0x94000001).flow, Flow::Call);
  EXPECT_EQ(arm(0xd61f0200).flow, Flow::Jump);
  EXPECT_EQ(arm(0xd61f0200).target, std::nullopt);
  EXPECT_EQ(arm(0xd503201f).flow, Flow::Next);
  EXPECT_FALSE(arm(0xd503201f).is_plain);
}

}  // namespace
}  // namespace uproar
