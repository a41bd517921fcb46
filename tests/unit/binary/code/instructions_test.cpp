#include "binary/code/instructions.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

#include "binary/elf/address.h"
#include "binary/elf/elf_file.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

using Fit = InstructionAt::Fit;
using Code = std::vector<uint8_t>;

// endbr64; push %rbp; mov %rsp,%rbp; call +0; ret
const Code kFunction{0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0xe8, 0x00, 0x00, 0x00, 0x00, 0xc3};

std::string text_of(const Code& code, InstructionSet set = InstructionSet::X86_64) {
  auto found = disassemble(code, 0x1000, set);
  return found.empty() ? "" : found.front().text;
}

TEST(Instructions, FunctionIsDecoded) {
  auto found = disassemble(kFunction, 0x1000, InstructionSet::X86_64);
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0].text, "endbr64");
  EXPECT_EQ(found[0].vaddr, 0x1000u);
  EXPECT_EQ(hex_of(found[0].bytes), "f3 0f 1e fa");
  EXPECT_EQ(found[1].text, "push %rbp");
  EXPECT_EQ(found[1].vaddr, 0x1004u);
  EXPECT_EQ(found[1].size, 1);
  EXPECT_EQ(found[2].text, "mov %rsp, %rbp");
  EXPECT_EQ(found[3].text, "call 0x100d");
  EXPECT_EQ(found[4].text, "ret");
}

TEST(Instructions, SuffixStaysWhereNothingElseTellsTheSize) {
  EXPECT_EQ(text_of({0xc7, 0x07, 0x01, 0x00, 0x00, 0x00}), "movl $1, (%rdi)");
  EXPECT_EQ(text_of({0xd3, 0x27}), "shll %cl, (%rdi)");
  EXPECT_EQ(text_of({0x89, 0x07}), "mov %eax, (%rdi)");
  EXPECT_EQ(text_of({0x0f, 0xb6, 0x07}), "movzbl (%rdi), %eax");
  EXPECT_EQ(text_of({0xf2, 0x0f, 0x2a, 0x07}), "cvtsi2sdl (%rdi), %xmm0");
  EXPECT_EQ(text_of({0xff, 0x25, 0x00, 0x00, 0x00, 0x00}), "jmp *(%rip)");
  EXPECT_EQ(text_of({0xff, 0xe0}), "jmp *%rax");
  EXPECT_EQ(text_of({0xf0, 0x0f, 0xb1, 0x17}), "lock cmpxchg %edx, (%rdi)");
  EXPECT_EQ(text_of({0xf0, 0xff, 0x07}), "lock incl (%rdi)");
  EXPECT_EQ(text_of({0x66, 0x0f, 0xfc, 0xc1}), "paddb %xmm1, %xmm0");
}

TEST(Instructions, OtherMachines) {
  EXPECT_EQ(text_of({0x55}, InstructionSet::I386), "push %ebp");
  EXPECT_EQ(text_of({0x40}, InstructionSet::I386), "inc %eax");
  EXPECT_EQ(text_of({0xfd, 0x7b, 0xbf, 0xa9}, InstructionSet::Arm64), "stp x29, x30, [sp, #-0x10]!");
  EXPECT_EQ(instruction_set_of(EM_X86_64), InstructionSet::X86_64);
  EXPECT_EQ(instruction_set_of(EM_386), InstructionSet::I386);
  EXPECT_EQ(instruction_set_of(EM_AARCH64), InstructionSet::Arm64);
  EXPECT_EQ(instruction_set_of(EM_RISCV), std::nullopt);
}

TEST(Instructions, LimitEndsTheWalk) {
  EXPECT_EQ(disassemble(kFunction, 0, InstructionSet::X86_64, 2).size(), 2u);
  EXPECT_TRUE(disassemble(kFunction, 0, InstructionSet::X86_64, 0).empty());
  EXPECT_TRUE(disassemble({}, 0, InstructionSet::X86_64).empty());
}

TEST(Instructions, EveryOffsetIsABoundaryOrInside) {
  const std::set<uint64_t> boundaries{0, 4, 5, 8, 13};
  for (uint64_t offset = 0; offset < kFunction.size(); ++offset) {
    InstructionAt at = instruction_at(kFunction, 0x1000, offset, InstructionSet::X86_64);
    EXPECT_EQ(at.fit, boundaries.count(offset) ? Fit::Boundary : Fit::Inside) << offset;
    uint64_t start = *std::prev(boundaries.upper_bound(offset));
    EXPECT_EQ(at.instruction.vaddr, 0x1000 + start) << offset;
  }
  EXPECT_EQ(instruction_at(kFunction, 0x1000, 8, InstructionSet::X86_64).instruction.text, "call 0x100d");
  EXPECT_EQ(instruction_at(kFunction, 0x1000, 10, InstructionSet::X86_64).instruction.size, 5);
}

TEST(Instructions, OffsetBeyondTheCodeIsNotKnown) {
  EXPECT_EQ(instruction_at(kFunction, 0, kFunction.size(), InstructionSet::X86_64).fit, Fit::NotKnown);
  EXPECT_EQ(instruction_at(kFunction, 0, UINT64_MAX, InstructionSet::X86_64).fit, Fit::NotKnown);
  EXPECT_EQ(instruction_at({}, 0, 0, InstructionSet::X86_64).fit, Fit::NotKnown);
}

TEST(Instructions, NothingIsClaimedBehindUndecodableBytes) {
  Code code{0x55, 0x06, 0x55, 0xc3};  // 06 is no instruction of 64-bit code
  EXPECT_EQ(instruction_at(code, 0, 0, InstructionSet::X86_64).fit, Fit::Boundary);
  EXPECT_EQ(instruction_at(code, 0, 1, InstructionSet::X86_64).fit, Fit::NotKnown);
  EXPECT_EQ(instruction_at(code, 0, 2, InstructionSet::X86_64).fit, Fit::NotKnown);
  EXPECT_EQ(disassemble(code, 0, InstructionSet::X86_64).size(), 1u);
}

TEST(Instructions, CutOffInstructionIsNone) {
  Code code{0x55, 0xe8, 0x00, 0x00};
  EXPECT_EQ(disassemble(code, 0, InstructionSet::X86_64).size(), 1u);
  EXPECT_EQ(instruction_at(code, 0, 1, InstructionSet::X86_64).fit, Fit::NotKnown);
  EXPECT_EQ(instruction_at(code, 0, 2, InstructionSet::X86_64).fit, Fit::NotKnown);
}

TEST(Instructions, NoMoreThanTheLimitOfAFunctionIsDecoded) {
  Code code(kMaxDecodedCode + 16, 0x90);
  EXPECT_EQ(instruction_at(code, 0, kMaxDecodedCode - 1, InstructionSet::X86_64).fit, Fit::Boundary);
  EXPECT_EQ(instruction_at(code, 0, kMaxDecodedCode, InstructionSet::X86_64).fit, Fit::NotKnown);
}

TEST(Instructions, Arm64BoundariesAreAligned) {
  // A word that is no instruction, then nop: the walk does not need the first.
  Code code{0xff, 0xff, 0xff, 0xff, 0x1f, 0x20, 0x03, 0xd5};
  EXPECT_EQ(instruction_at(code, 0x1000, 4, InstructionSet::Arm64).fit, Fit::Boundary);
  InstructionAt inside = instruction_at(code, 0x1000, 6, InstructionSet::Arm64);
  EXPECT_EQ(inside.fit, Fit::Inside);
  EXPECT_EQ(inside.instruction.vaddr, 0x1004u);
  EXPECT_EQ(instruction_at(code, 0x1000, 0, InstructionSet::Arm64).fit, Fit::NotKnown);
}

TEST(Instructions, HostileBytesNeverGoBeyondTheirEnd) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Code code(random() % 64);
    for (uint8_t& byte : code) byte = static_cast<uint8_t>(random());
    for (InstructionSet set : {InstructionSet::X86_64, InstructionSet::I386, InstructionSet::Arm64}) {
      size_t total = 0;
      for (const Instruction& each : disassemble(code, UINT64_MAX - 8, set)) {
        ASSERT_EQ(each.size, each.bytes.size());
        ASSERT_TRUE(std::equal(each.bytes.begin(), each.bytes.end(), code.begin() + total));
        total += each.size;
      }
      EXPECT_LE(total, code.size());
    }
  }
}

// objdump's addresses of the instructions in [start, start + size), run over what it calls (bad).
struct Listing {
  std::vector<uint64_t> addresses;
  std::optional<uint64_t> bad;
};

Listing objdump(const std::string& path, uint64_t start, uint64_t size) {
  std::ostringstream command;
  command << "objdump -d --no-show-raw-insn -w --start-address=" << start
          << " --stop-address=" << start + size << " '" << path << "' 2>/dev/null";
  Listing listing;
  for (const std::string& line : oracle::lines_of(command.str())) {
    size_t colon = line.find(":\t");
    if (line.empty() || line[0] != ' ' || colon == std::string::npos) continue;
    uint64_t address = std::stoull(line, nullptr, 16);
    if (line.find("(bad)") != std::string::npos && !listing.bad) listing.bad = address;
    listing.addresses.push_back(address);
  }
  return listing;
}

class BoundariesOf : public testing::TestWithParam<const char*> {};

// What is decoded agrees with objdump up to the first bytes that either does not know.
TEST_P(BoundariesOf, AgreeWithObjdump) {
  if (::access("/usr/bin/objdump", X_OK) != 0) GTEST_SKIP() << "objdump is missing (package binutils)";
  std::string path = GetParam();
  if (path[0] != '/') path = oracle::fixture(path);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  auto set = instruction_set_of((*file)->machine());
  ASSERT_TRUE(set);
  auto symbols = (*file)->symbols();
  ASSERT_TRUE(symbols.ok());

  std::vector<const ElfSymbol*> functions;
  for (const ElfSymbol& symbol : **symbols) {
    bool again = !functions.empty() && functions.back()->vaddr == symbol.vaddr;
    if (symbol.is_function && symbol.size != 0 && !again) functions.push_back(&symbol);
  }
  std::shuffle(functions.begin(), functions.end(), std::mt19937(20));
  functions.resize(std::min<size_t>(functions.size(), 200));
  ASSERT_FALSE(functions.empty());

  size_t decoded_whole = 0;
  for (const ElfSymbol* function : functions) {
    auto offset = file_offset_of((*file)->segments(), function->vaddr);
    ASSERT_TRUE(offset) << function->name;
    auto code = (*file)->read(*offset, function->size);
    ASSERT_TRUE(code.ok());
    ASSERT_EQ(code->size(), function->size) << function->name;
    Listing expected = objdump(path, function->vaddr, function->size);
    auto found = disassemble(*code, function->vaddr, *set);
    uint64_t end = found.empty() ? function->vaddr : found.back().vaddr + found.back().size;
    if (end == function->vaddr + function->size) ++decoded_whole;
    for (const Instruction& each : found) {
      if (expected.bad && each.vaddr >= *expected.bad) break;
      ASSERT_TRUE(std::binary_search(expected.addresses.begin(), expected.addresses.end(), each.vaddr))
          << function->name << ": " << std::hex << each.vaddr << " " << each.text;
    }
    for (uint64_t address : expected.addresses) {
      if (address >= end || (expected.bad && address >= *expected.bad)) break;
      EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                              [address](const auto& each) { return each.vaddr == address; }))
          << function->name << ": " << std::hex << address;
    }
  }
  EXPECT_GE(decoded_whole, functions.size() * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(, BoundariesOf,
                         testing::Values("/bin/bash", "/lib/x86_64-linux-gnu/libc.so.6", "pie", "static",
                                         "elf32"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           return name;
                         });

}  // namespace
}  // namespace uproar
