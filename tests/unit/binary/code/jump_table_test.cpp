#include "binary/code/jump_table.h"

#include <elf.h>
#include <gtest/gtest.h>

#include "support/code_file.h"

namespace uproar {
namespace {

using Aim = InstructionEffects::Aim;

// Code at 0x1000 with the table of `entries` behind it at 0x1020, as one function of 0x20 bytes.
FunctionCode read(const std::vector<uint8_t>& instructions, const std::vector<uint8_t>& entries) {
  std::vector<uint8_t> code = instructions;
  code.resize(0x20, 0x90);
  code.insert(code.end(), entries.begin(), entries.end());
  const CodeFile file(code, EM_X86_64);
  FunctionCode function;
  function.extent = {0x1000, 0x20};
  function.instructions = effects_of(std::span(code).first(0x20), 0x1000, InstructionSet::X86_64);
  find_jump_tables(file, InstructionSet::X86_64, function);
  return function;
}

void put(std::vector<uint8_t>& bytes, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// lea 0x19(%rip),%rdx (the table); movslq (%rdx,%rax,4),%rax; add %rdx,%rax; jmp *%rax
const std::vector<uint8_t> kByDistance = {0x48, 0x8d, 0x15, 0x19, 0,    0,    0,    0x48,
                                          0x63, 0x04, 0x82, 0x48, 0x01, 0xd0, 0xff, 0xe0};

TEST(JumpTable, DistancesFromTheTable) {
  std::vector<uint8_t> entries;
  put(entries, static_cast<uint32_t>(-0x10), 4);
  put(entries, static_cast<uint32_t>(-0x0c), 4);
  put(entries, static_cast<uint32_t>(-0x10), 4);  // twice
  put(entries, 0x7fffffff, 4);                    // the end: no code is there
  const FunctionCode function = read(kByDistance, entries);
  EXPECT_EQ(function.table_targets, (std::vector<uint64_t>{0x1010, 0x1014}));
  ASSERT_EQ(function.indirect_jumps.size(), 1u);
  EXPECT_EQ(function.indirect_jumps[0].aim, Aim::Register);
  EXPECT_EQ(function.indirect_jumps[0].vaddr, 0x100eu);
}

TEST(JumpTable, WholeAddresses) {
  // jmp *0x1020(,%rax,8)
  const std::vector<uint8_t> jump = {0xff, 0x24, 0xc5, 0x20, 0x10, 0, 0};
  std::vector<uint8_t> entries;
  put(entries, 0x1008, 8);
  put(entries, 0x1018, 8);
  put(entries, 0, 8);
  const FunctionCode function = read(jump, entries);
  EXPECT_EQ(function.table_targets, (std::vector<uint64_t>{0x1008, 0x1018}));
  ASSERT_EQ(function.indirect_jumps.size(), 1u);
  EXPECT_EQ(function.indirect_jumps[0].aim, Aim::Indexed);
}

TEST(JumpTable, DataThatReadsLikeNoTableIsNone) {
  std::vector<uint8_t> entries;
  put(entries, 0x7fffffff, 4);
  put(entries, 0x7fffffff, 4);
  EXPECT_TRUE(read(kByDistance, entries).table_targets.empty());
  EXPECT_TRUE(read(kByDistance, {1, 2}).table_targets.empty());  // cut off
}

TEST(JumpTable, WithoutAnIndirectJumpNobodyLooks) {
  std::vector<uint8_t> code(kByDistance.begin(), kByDistance.end() - 2);
  code.push_back(0xc3);
  std::vector<uint8_t> entries;
  put(entries, static_cast<uint32_t>(-0x10), 4);
  const FunctionCode function = read(code, entries);
  EXPECT_TRUE(function.indirect_jumps.empty());
  EXPECT_TRUE(function.table_targets.empty());
}

}  // namespace
}  // namespace uproar
