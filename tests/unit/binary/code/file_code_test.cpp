#include "binary/code/file_code.h"

#include <gtest/gtest.h>

#include <random>

#include "binary/code/branch_map.h"
#include "binary/symbols/symbols.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

TEST(BranchMap, HoldsTargetsOfEveryEncoding) {
  // At 0x1000: nop; call 0x1010; jne 0x1020; jmp backwards to 0x1001; lea 0x1030(%rip)
  const std::vector<uint8_t> code{0x90, 0xe8, 0x0a, 0,    0,    0,    0x0f, 0x85, 0x14, 0, 0, 0,
                                  0xe9, 0xf0, 0xff, 0xff, 0xff, 0x48, 0x8d, 0x05, 0x18, 0, 0, 0};
  BranchMap map(0x1000, 0x100);
  map.add_branches(code, 0x1000);
  EXPECT_TRUE(map.any_in(0x1010, 0x1010));
  EXPECT_TRUE(map.any_in(0x1020, 0x1020));
  EXPECT_TRUE(map.any_in(0x1001, 0x1001));
  EXPECT_TRUE(map.any_in(0x1030, 0x1030));
  EXPECT_FALSE(map.any_in(0x1011, 0x101f));
  EXPECT_FALSE(map.any_in(0x1031, 0x10ff));
  EXPECT_FALSE(map.any_in(0x2000, 0x2010));
  EXPECT_FALSE(map.any_in(0x10, 0x20));
}

TEST(BranchMap, AddressesStandAligned) {
  const std::vector<uint8_t> data{0, 0, 0, 0, 0x10, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  BranchMap map(0x1000, 0x100);
  map.add_addresses(data, 0x4004, 8);  // the word is at 0x4008
  EXPECT_TRUE(map.any_in(0x1010, 0x1010));
  BranchMap other(0x1000, 0x100);
  other.add_addresses(data, 0x4000, 8);
  EXPECT_FALSE(other.any_in(0x1000, 0x10ff));
}

TEST(BranchMap, NearBranchesAreFoundByTheirDistance) {
  const std::vector<uint8_t> code{0x74, 0x02, 0x90, 0xeb, 0xfb, 0x90};
  EXPECT_EQ(near_branches_into(code, 0x100, 0x104, 0x104), std::vector<size_t>{2});
  EXPECT_EQ(near_branches_into(code, 0x100, 0x100, 0x100), std::vector<size_t>{5});
  EXPECT_TRUE(near_branches_into(code, 0x100, 0x101, 0x103).empty());
  EXPECT_TRUE(near_branches_into({}, 0x100, 0x101, 0x103).empty());
}

// Against readelf's reading of the same section.
TEST(UnwindTable, AgreesWithReadelf) {
  for (const char* name : {"pie", "nonpie", "static", "libtarget.so.1", "libapart.so", "stripped"}) {
    const std::string path = oracle::fixture(name);
    auto file = ElfFile::open(path);
    ASSERT_TRUE(file.ok());
    std::vector<std::pair<uint64_t, uint64_t>> expected;
    for (const std::string& line :
         oracle::lines_of("readelf --debug-dump=frames '" + path + "' 2>/dev/null")) {
      const size_t at = line.find(" pc=");
      const size_t dots = line.find("..", at == std::string::npos ? 0 : at);
      if (at == std::string::npos || dots == std::string::npos) continue;
      const uint64_t start = std::stoull(line.substr(at + 4), nullptr, 16);
      const uint64_t end = std::stoull(line.substr(dots + 2), nullptr, 16);
      if (end > start) expected.emplace_back(start, end - start);
    }
    std::sort(expected.begin(), expected.end());
    std::vector<std::pair<uint64_t, uint64_t>> found;
    for (const UnwindEntry& each : read_unwind_entries(**file)) found.emplace_back(each.start, each.size);
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, expected) << name;
    EXPECT_FALSE(found.empty()) << name;
  }
}

TEST(FunctionCode, ExtentIsThatOfTheSymbolOrTheUnwindEntry) {
  auto named = ElfFile::open(oracle::fixture("pie"));
  auto bare = ElfFile::open(oracle::fixture("stripped"));
  ASSERT_TRUE(named.ok() && bare.ok());
  const uint64_t vaddr = oracle::address(oracle::fixture("pie"), "local_helper");
  FileCode by_name(**named);
  FileCode by_unwinding(**bare);
  ASSERT_TRUE(by_name.function_at(vaddr + 1));
  ASSERT_TRUE(by_unwinding.function_at(vaddr + 1));
  EXPECT_EQ(by_name.function_at(vaddr + 1)->vaddr, vaddr);
  EXPECT_EQ(by_unwinding.function_at(vaddr + 1)->vaddr, vaddr);
  EXPECT_EQ(by_unwinding.function_at(vaddr + 1)->size, by_name.function_at(vaddr + 1)->size);
  EXPECT_FALSE(by_name.function_at(1));
}

TEST(FunctionCode, WholeFunctionsAreDecoded) {
  auto file = ElfFile::open(oracle::fixture("pie"));
  ASSERT_TRUE(file.ok());
  FileCode code(**file);
  auto extent = code.function_at(oracle::address(oracle::fixture("pie"), "main"));
  ASSERT_TRUE(extent);
  FunctionCode main = code.decode(*extent);
  EXPECT_TRUE(main.is_whole);
  EXPECT_TRUE(main.indirect_jumps.empty());
  EXPECT_FALSE(code.decode({extent->vaddr, extent->size + (uint64_t{1} << 30)}).is_whole);
  EXPECT_FALSE(code.decode({1, 100}).is_whole);
}

}  // namespace
}  // namespace uproar
