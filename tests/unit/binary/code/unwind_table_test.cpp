#include "binary/code/unwind_table.h"

#include <gtest/gtest.h>

#include "support/elf_oracle.h"

namespace uproar {
namespace {

TEST(UnwindTable, FunctionsBeginWhereTheirSymbolsDo) {
  for (const char* name : {"pie", "nonpie"}) {
    const std::string path = oracle::fixture(name);
    auto file = ElfFile::open(path);
    if (!file.ok()) continue;
    const auto entries = read_unwind_entries(**file);
    ASSERT_FALSE(entries.empty()) << name;
    const uint64_t vaddr = oracle::address(path, "add_three");
    const UnwindEntry* entry = unwind_entry_at(entries, vaddr + 1);
    ASSERT_NE(entry, nullptr) << name;
    EXPECT_EQ(entry->start, vaddr) << name;
    EXPECT_EQ(entry->lsda, 0u) << "C has no exception tables";
    EXPECT_EQ(unwind_entry_at(entries, 1), nullptr);
    EXPECT_EQ(unwind_entry_at(entries, UINT64_MAX), nullptr);
  }
}

TEST(UnwindTable, EntriesAreSorted) {
  auto file = ElfFile::open(oracle::fixture("pie"));
  ASSERT_TRUE(file.ok());
  const auto entries = read_unwind_entries(**file);
  for (size_t i = 1; i < entries.size(); ++i) EXPECT_LE(entries[i - 1].start, entries[i].start);
}

}  // namespace
}  // namespace uproar
