// Compared with objdump's reading of the line table.
#include "binary/dwarf/dwarf_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;

// Addresses at which a statement of the line begins, by objdump.
std::vector<uint64_t> by_objdump(const std::string& path, uint32_t line) {
  std::vector<uint64_t> found;
  for (const std::string& text : oracle::lines_of("objdump --dwarf=decodedline '" + path + "' 2>/dev/null")) {
    std::istringstream words(text);
    std::string file, number, address, view, mark;
    words >> file >> number >> address;
    if (file != "shapes.cc" || number != std::to_string(line)) continue;
    bool statement = false;
    while (words >> mark) statement |= mark == "x";
    if (statement) found.push_back(std::stoull(address, nullptr, 16));
  }
  return found;
}

TEST(DwarfLines, OneAddressForEachFunctionThatHoldsTheLine) {
  for (const char* name : {"o0", "o1", "o2", "v4", "split"}) {
    DebugFixture fixture(name);
    const std::string path = oracle::dwarf_fixture(name);
    const uint32_t line = oracle::marked_line("area_int");
    auto found = fixture.info->addresses_of_line("shapes.cc", line);
    ASSERT_TRUE(found.ok());
    ASSERT_EQ(found->places.size(), 1u) << name;
    EXPECT_EQ(found->places[0].at.vaddr, oracle::address(path, "_ZN4shop4areaEi"));
    EXPECT_EQ(found->places[0].function->name, "shop::area");
    const auto known = by_objdump(path, oracle::marked_line("seven_return"));
    auto last = fixture.info->addresses_of_line("programs/shapes.cc", oracle::marked_line("seven_return"));
    ASSERT_EQ(last->places.size(), 1u) << name;
    EXPECT_NE(std::find(known.begin(), known.end(), last->places[0].at.vaddr), known.end()) << name;
  }
}

TEST(DwarfLines, InlinedLinesAreAtEveryCall) {
  for (const char* name : {"o1", "v4", "clang_o1"}) {
    if (!oracle::exists(oracle::dwarf_fixture(name))) continue;
    DebugFixture fixture(name);
    auto found = fixture.info->addresses_of_line("shapes.cc", oracle::marked_line("inlined_body"));
    ASSERT_TRUE(found.ok());
    ASSERT_EQ(found->places.size(), 2u) << name;
    for (const LinePlace& place : found->places) {
      EXPECT_TRUE(place.function->is_inlined);
      EXPECT_EQ(place.function->name, "shop::inlined");
    }
  }
}

TEST(DwarfLines, LineWithoutCodeNamesTheNext) {
  DebugFixture fixture("o0");
  auto found = fixture.info->addresses_of_line("shapes.cc", oracle::marked_line("area_int") - 1);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->places.empty());
  EXPECT_EQ(found->near, oracle::marked_line("area_int"));
  EXPECT_TRUE(fixture.info->addresses_of_line("hapes.cc", 30)->files.empty());
  EXPECT_TRUE(fixture.info->addresses_of_line("other/shapes.cc", 30)->files.empty());
}

TEST(DwarfLines, AddressesHaveTheirLine) {
  DebugFixture fixture("o1");
  const uint64_t entry = oracle::address(oracle::dwarf_fixture("o1"), "_ZN4shop4areaEi");
  auto at = fixture.info->line_at(entry);
  ASSERT_TRUE(at);
  EXPECT_EQ(at->line, oracle::marked_line("area_int"));
  auto function = fixture.info->function_at(entry + 1);
  ASSERT_TRUE(function);
  EXPECT_EQ(function->entry, entry);
  EXPECT_EQ(function->line, oracle::marked_line("area_int"));
  EXPECT_FALSE(fixture.info->line_at(1));
  auto lines = fixture.info->lines_of_function(entry);
  ASSERT_TRUE(lines.ok() && !lines->empty());
  EXPECT_EQ(lines->front().vaddr, entry);
  EXPECT_TRUE(std::is_sorted(lines->begin(), lines->end(),
                             [](const LineAddress& a, const LineAddress& b) { return a.vaddr < b.vaddr; }));
}

TEST(DwarfLines, AFileIsItsPathOrAnEndOfIt) {
  EXPECT_TRUE(is_file("/src/app/main.c", "main.c"));
  EXPECT_TRUE(is_file("/src/app/main.c", "app/main.c"));
  EXPECT_TRUE(is_file("/src/app/main.c", "/src/app/main.c"));
  EXPECT_FALSE(is_file("/src/app/domain.c", "main.c"));
  EXPECT_FALSE(is_file("main.c", "app/main.c"));
}

}  // namespace
}  // namespace uproar
