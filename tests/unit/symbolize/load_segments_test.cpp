#include "symbolize/load_segments.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

namespace uproar {
namespace {

TEST(LoadSegments, ThoseOfAProgramInOrderWithItsCode) {
  elf_version(EV_CURRENT);
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  Elf* elf = elf_begin(file, ELF_C_READ, nullptr);
  const std::vector<GElf_Phdr> found = load_segments(elf);
  elf_end(elf);
  ::close(file);
  ASSERT_GE(found.size(), 2u);
  for (const GElf_Phdr& each : found) EXPECT_EQ(each.p_type, static_cast<GElf_Word>(PT_LOAD));
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end(),
                             [](const GElf_Phdr& a, const GElf_Phdr& b) { return a.p_vaddr < b.p_vaddr; }));
  EXPECT_EQ(std::count_if(found.begin(), found.end(),
                          [](const GElf_Phdr& each) { return (each.p_flags & PF_X) != 0; }),
            1);
}

TEST(LoadSegments, WhatIsNoElfFileHasNone) {
  elf_version(EV_CURRENT);
  char text[] = "this is no program at all, only a text";
  Elf* elf = elf_memory(text, sizeof text);
  EXPECT_TRUE(load_segments(elf).empty());
  elf_end(elf);
}

}  // namespace
}  // namespace uproar
