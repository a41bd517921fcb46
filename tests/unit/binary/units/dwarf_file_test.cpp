#include "binary/units/dwarf_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/compile.h"
#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfFile, AddressesAreTheFilesOwn) {
  DwarfFixture fixture("o1");
  EXPECT_EQ(fixture.dwarf->to_file(fixture.dwarf->to_dwarf(0x1234)), 0x1234u);
  EXPECT_EQ(&fixture.dwarf->file(), fixture.file.get());
  EXPECT_NE(fixture.dwarf->dwarf(), nullptr);
  EXPECT_TRUE(fixture.dwarf->whole().ok());
}

TEST(DwarfFile, TheFrameOfAFunctionHasARule) {
  DwarfFixture fixture("o1");
  const Dwarf_Op* operations = nullptr;
  size_t count = 0;
  EXPECT_TRUE(fixture.dwarf->cfa_at(oracle::address(fixture.path, oracle::kArea), &operations, &count));
  EXPECT_GT(count, 0u);
  EXPECT_FALSE(fixture.dwarf->cfa_at(1, &operations, &count));
}

TEST(DwarfFile, SectionsAreFoundByName) {
  auto handle = DwarfHandle::open(oracle::dwarf_fixture("o1"));
  ASSERT_TRUE(handle.ok());
  uint64_t address = 0;
  EXPECT_TRUE(section_address((*handle)->elf(), ".text", address));
  EXPECT_NE(address, 0u);
  EXPECT_FALSE(section_address((*handle)->elf(), ".nothing", address));
  EXPECT_FALSE(section_bytes((*handle)->elf(), ".debug_info").empty());
  EXPECT_TRUE(section_bytes((*handle)->elf(), ".nothing").empty());
}

TEST(DwarfFile, AFileThatIsReadBehindWhereItWasCutIsNotWhole) {
  Workshop workshop;
  const std::string path = workshop.path("cut");
  std::filesystem::copy_file(oracle::dwarf_fixture("o1"), path);
  auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok());
  auto dwarf = DwarfFile::open(**file, {});
  ASSERT_TRUE(dwarf.ok());
  EXPECT_TRUE((*dwarf)->whole().ok());
  std::filesystem::resize_file(path, 4096);
  EXPECT_TRUE((*dwarf)->whole().ok()) << "nothing was read that is gone";
  Dwarf_Off next = 0;
  size_t header_bytes = 0;
  ASSERT_EQ(dwarf_nextcu((*dwarf)->dwarf(), 0, &next, &header_bytes, nullptr, nullptr, nullptr), 0);
  Dwarf_Die unit;
  if (dwarf_offdie((*dwarf)->dwarf(), header_bytes, &unit) != nullptr) {
    Dwarf_Lines* lines = nullptr;
    size_t count = 0;
    (void)dwarf_getsrclines(&unit, &lines, &count);
  }
  EXPECT_FALSE((*dwarf)->whole().ok());
}

}  // namespace
}  // namespace uproar
