#include "binary/dwarf/dwarf_functions.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfFunctions, AFunctionHasItsCodeAndItsLine) {
  for (const char* name : {"o1", "v4", "split"}) {
    DwarfFixture fixture(name);
    const uint64_t vaddr = oracle::address(fixture.path, oracle::kArea);
    const auto found = fixture.functions.function_at(vaddr + 1);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->name, "shop::area");
    EXPECT_EQ(found->linkage_name, oracle::kArea);
    EXPECT_EQ(found->entry, vaddr);
    EXPECT_EQ(found->function_vaddr, vaddr);
    EXPECT_FALSE(found->is_inlined);
    EXPECT_EQ(found->line, oracle::marked_line("area_int"));
    EXPECT_TRUE(found->file.ends_with("shapes.cc")) << found->file;
    EXPECT_FALSE(fixture.functions.function_at(1));
  }
}

TEST(DwarfFunctions, InlinedCallsStandInTheCodeOfAnother) {
  DwarfFixture fixture("o1");
  const auto found = fixture.functions.instances("inlined");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_LT(found[0].entry, found[1].entry);
  for (const FunctionInstance& each : found) {
    EXPECT_TRUE(each.is_inlined);
    EXPECT_EQ(each.function_vaddr, oracle::address(fixture.path, oracle::kTwice));
    EXPECT_LT(each.entry - each.function_vaddr, each.function_size);
  }
}

TEST(DwarfFunctions, RangesHoldTheCode) {
  DwarfFixture fixture("o1");
  Dwarf_Die twice = fixture.function("twice");
  const Dwarf_Addr entry = fixture.entry(oracle::kTwice);
  const auto range = range_with(twice, entry);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->begin, entry);
  EXPECT_TRUE(range_with(twice, range->end - 1));
  EXPECT_FALSE(range_with(twice, entry - 1));
  EXPECT_FALSE(ranges_of(twice).empty());
  Dwarf_Die item = fixture.type("Item");
  EXPECT_TRUE(ranges_of(item).empty());
}

}  // namespace
}  // namespace uproar
