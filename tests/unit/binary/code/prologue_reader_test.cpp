#include "binary/code/prologue_reader.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::string shown(FramePlace place) {
  const std::string anchor = place.anchor == 0 ? "" : std::to_string(place.anchor) + ":";
  return anchor + std::to_string(place.offset);
}

std::string shown(const EntryValue& value) {
  switch (value.kind) {
    case EntryValue::Kind::Register:
      return "r" + std::to_string(value.dwarf_register);
    case EntryValue::Kind::Stack:
      return "stack" + shown(value.place);
    case EntryValue::Kind::Address:
      return "&" + shown(value.place);
  }
  return {};
}

// The stores of what was there at the entry.
std::string shown(const Prologue& prologue) {
  std::string text;
  for (const FrameStore& each : prologue.stores) {
    if (!each.value) continue;
    text += shown(each.place) + "/" + std::to_string(each.size) + "=" + shown(*each.value) + ' ';
  }
  return text;
}

std::string frame(const Prologue& prologue) {
  std::string text;
  for (const auto& [number, held] : prologue.frame_registers)
    text += "r" + std::to_string(number) + "=" + shown(held.place) + ' ';
  return text;
}

TEST(PrologueReader, StoresBelowTheFramePointer) {
  // push %rbp; mov %rsp,%rbp; mov %edi,-0x14(%rbp); movsd %xmm0,-0x20(%rbp); mov %esi,%eax; mov
  // %al,-0x24(%rbp)
  const std::vector<uint8_t> code = {0x55, 0x48, 0x89, 0xe5, 0x89, 0x7d, 0xec, 0xf2, 0x0f, 0x11,
                                     0x45, 0xe0, 0x89, 0xf0, 0x88, 0x45, 0xdc, 0x5d, 0xc3};
  const Prologue prologue = read_prologue(code, 0x1000, InstructionSet::X86_64);
  // push moved the frame by 8; the return ends it all.
  EXPECT_EQ(shown(prologue), "-8/8=r6 -28/4=r5 -40/8=r17 -44/1=r4 ");
  EXPECT_EQ(frame(prologue), "r6=-8 r7=-8 ");
  EXPECT_EQ(prologue.stores[1].vaddr, 0x1004u);
}

TEST(PrologueReader, ValuesThatGoThroughTheStack) {
  // sub $0x18,%rsp; mov %edx,0x4(%rsp); mov 0x4(%rsp),%edi; mov %edi,0x10(%rsp); mov 0x20(%rsp),%eax;
  // mov %eax,0x8(%rsp)
  const std::vector<uint8_t> code = {0x48, 0x83, 0xec, 0x18, 0x89, 0x54, 0x24, 0x04, 0x8b, 0x7c, 0x24, 0x04,
                                     0x89, 0x7c, 0x24, 0x10, 0x8b, 0x44, 0x24, 0x20, 0x89, 0x44, 0x24, 0x08};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::X86_64)), "-20/4=r1 -8/4=r1 -16/4=stack8 ");
}

TEST(PrologueReader, WhatWasOverwrittenIsNoParameter) {
  // mov $1,%edi; mov %edi,-0x8(%rsp); jmp …
  const std::vector<uint8_t> code = {0xbf, 1, 0, 0, 0, 0x89, 0x7c, 0x24, 0xf8,
                                     0xe9, 0, 0, 0, 0, 0x89, 0x74, 0x24, 0xf8};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::X86_64)), "");
}

TEST(PrologueReader, Arm) {
  // sub sp,sp,#32; str w0,[sp,#12]; str x1,[sp]; ret
  const std::vector<uint8_t> code = {0xff, 0x83, 0x00, 0xd1, 0xe0, 0x0f, 0x00, 0xb9,
                                     0xe1, 0x03, 0x00, 0xf9, 0xc0, 0x03, 0x5f, 0xd6};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::Arm64)), "-20/4=r0 -32/8=r1 ");
}

TEST(PrologueReader, FrameOfAFunctionThatMakesNoRoom) {
  // mov %rsi,-0x10(%rsp); mov %rdx,-0x8(%rsp); ret
  const std::vector<uint8_t> code = {0x48, 0x89, 0x74, 0x24, 0xf0, 0x48, 0x89, 0x54, 0x24, 0xf8, 0xc3};
  const Prologue prologue = read_prologue(code, 0, InstructionSet::X86_64);
  EXPECT_EQ(shown(prologue), "-16/8=r4 -8/8=r1 ");
  EXPECT_EQ(frame(prologue), "r7=0 ");
}

TEST(PrologueReader, RegistersKeepWhatTheyHadUntilTheyAreWritten) {
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

TEST(PrologueReader, I386) {
  // push %ebp; mov %esp,%ebp; sub $0x10,%esp; mov 0x8(%ebp),%eax; mov %eax,-0x4(%ebp); ret
  const std::vector<uint8_t> code = {0x55, 0x89, 0xe5, 0x83, 0xec, 0x10, 0x8b,
                                     0x45, 0x08, 0x89, 0x45, 0xfc, 0xc3};
  const Prologue prologue = read_prologue(code, 0, InstructionSet::I386);
  EXPECT_EQ(shown(prologue), "-4/4=r5 -8/4=stack4 ");
  EXPECT_EQ(frame(prologue), "r4=-20 r5=-4 ");
}

TEST(PrologueReader, AFrameThatIsRoundedDown) {
  // push %rbp; mov %rsp,%rbp; and $-64,%rsp; add $-128,%rsp; mov %edi,0x3c(%rsp); mov %rsi,0x30(%rsp); ret
  const std::vector<uint8_t> code = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xe4, 0xc0, 0x48, 0x83, 0xc4,
                                     0x80, 0x89, 0x7c, 0x24, 0x3c, 0x48, 0x89, 0x74, 0x24, 0x30, 0xc3};
  const Prologue prologue = read_prologue(code, 0x1000, InstructionSet::X86_64);
  EXPECT_EQ(shown(prologue), "-8/8=r6 1:-68/4=r5 1:-80/8=r4 ");
  EXPECT_EQ(frame(prologue), "r6=-8 r7=1:-128 ");
  EXPECT_EQ(prologue.frame_registers.at(7).since, 0x100cu);
  const FrameStore* store = prologue.first_store({1, -68}, 0x1000);
  ASSERT_TRUE(store);
  EXPECT_EQ(store->vaddr, 0x100cu);
  EXPECT_FALSE(prologue.first_store({1, -68}, 0x100d));  // behind it
  EXPECT_FALSE(prologue.first_store({1, -66}, 0x1000));  // inside of it
}

TEST(PrologueReader, TheCallersStackBehindAFrameThatIsRoundedDown) {
  // lea 0x8(%rsp),%r10; and $-64,%rsp; push -0x8(%r10); push %rbp; mov %rsp,%rbp; push %r10; ret
  const std::vector<uint8_t> code = {0x4c, 0x8d, 0x54, 0x24, 0x08, 0x48, 0x83, 0xe4, 0xc0, 0x41,
                                     0xff, 0x72, 0xf8, 0x55, 0x48, 0x89, 0xe5, 0x41, 0x52, 0xc3};
  const Prologue prologue = read_prologue(code, 0, InstructionSet::X86_64);
  EXPECT_EQ(shown(prologue), "1:-16/8=r6 1:-24/8=&8 ");
  EXPECT_EQ(frame(prologue), "r6=1:-16 r7=1:-24 r10=8 ");
}

TEST(PrologueReader, RegistersThatTakeAParameter) {
  // push %rbx; mov %rdi,%rbx; mov %rsi,%rax; add $1,%rax; mov %rax,%rdi; ret
  const std::vector<uint8_t> code = {0x53, 0x48, 0x89, 0xfb, 0x48, 0x89, 0xf0, 0x48,
                                     0x83, 0xc0, 0x01, 0x48, 0x89, 0xc7, 0xc3};
  const Prologue prologue = read_prologue(code, 0, InstructionSet::X86_64);
  ASSERT_TRUE(prologue.copies.contains(3));
  EXPECT_EQ(shown(prologue.copies.at(3)), "r5");
  EXPECT_FALSE(prologue.copies.contains(5));  // what it is given was not there at the entry
}

TEST(PrologueReader, WhatIsStoredBesideAParameterIsNoPartOfIt) {
  // movl $5,-4(%rsp); mov %edi,-4(%rsp); mov %edi,-0x10(%rsp); mov %esi,-0xc(%rsp); mov -0x10(%rsp),%rax;
  // mov %rax,-0x20(%rsp); ret
  const std::vector<uint8_t> code = {0xc7, 0x44, 0x24, 0xfc, 5,    0,    0,    0,    0x89, 0x7c, 0x24,
                                     0xfc, 0x89, 0x7c, 0x24, 0xf0, 0x89, 0x74, 0x24, 0xf4, 0x48, 0x8b,
                                     0x44, 0x24, 0xf0, 0x48, 0x89, 0x44, 0x24, 0xe0, 0xc3};
  const Prologue prologue = read_prologue(code, 0, InstructionSet::X86_64);
  EXPECT_EQ(shown(prologue), "-4/4=r5 -16/4=r5 -12/4=r4 ");
  const FrameStore* first = prologue.first_store({0, -4}, 0);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->value);  // 5
}

TEST(PrologueReader, TheEndOfALoopThatTouchesPages) {
  // lea -0x3000(%rsp),%r11; sub $0x1000,%rsp; orq $0,(%rsp); cmp %r11,%rsp; jne -19; sub $0x20,%rsp;
  // mov %edi,0xc(%rsp); ret
  const std::vector<uint8_t> code = {0x4c, 0x8d, 0x9c, 0x24, 0x00, 0xd0, 0xff, 0xff, 0x48, 0x81, 0xec, 0x00,
                                     0x10, 0x00, 0x00, 0x48, 0x83, 0x0c, 0x24, 0x00, 0x4c, 0x39, 0xdc, 0x75,
                                     0xef, 0x48, 0x83, 0xec, 0x20, 0x89, 0x7c, 0x24, 0x0c, 0xc3};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::X86_64)), "-12308/4=r5 ");
}

TEST(PrologueReader, ACallThatComesBeforeParametersAreStored) {
  // push %rbp; mov %rsp,%rbp; call mcount; mov %edi,-4(%rbp); mov %rdx,-0x10(%rbp); ret
  const std::vector<uint8_t> code = {0x55, 0x48, 0x89, 0xe5, 0xe8, 0,    0,    0,   0,
                                     0x89, 0x7d, 0xfc, 0x48, 0x89, 0x55, 0xf0, 0xc3};
  EXPECT_EQ(shown(read_prologue(code, 0, InstructionSet::X86_64)),
            "-8/8=r6 -12/4=r5 ");  // rdx may be a result
}

TEST(PrologueReader, NoCode) {
  EXPECT_TRUE(read_prologue({}, 0, InstructionSet::X86_64).stores.empty());
}

}  // namespace
}  // namespace uproar
