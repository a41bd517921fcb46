#include "binary/units/dwarf_units.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfUnits, TheUnitOfAnAddressHoldsItsFunction) {
  for (const char* name : {"o1", "v4", "split", "types"}) {
    DwarfFixture fixture(name);
    const DwarfUnit* unit = fixture.units.at(fixture.entry(oracle::kArea));
    ASSERT_NE(unit, nullptr) << name;
    EXPECT_TRUE(unit->is_code);
    EXPECT_EQ(unit->split_fault, "");
    EXPECT_NE(unit->language, 0);
    EXPECT_EQ(unit->is_split, name == std::string("split"));
    Dwarf_Die area = fixture.function("area");
    EXPECT_EQ(fixture.units.of(area), unit) << name;
    EXPECT_EQ(fixture.units.at(1), nullptr);
  }
}

TEST(DwarfUnits, NamespacesAndClassesAreLookedInto) {
  DwarfFixture fixture("o1");
  auto qualified = [&fixture](Dwarf_Die die) { return fixture.units.qualified_name(die); };
  EXPECT_EQ(qualified(fixture.function("seven")), "shop::seven");
  EXPECT_EQ(qualified(fixture.function("run")), "shop::Clerk::run");
  EXPECT_EQ(qualified(fixture.type("Item")), "shop::Item");
  EXPECT_EQ(qualified(fixture.variable("total")), "shop::total");
  EXPECT_EQ(qualified(fixture.function("main")), "main");
}

TEST(DwarfUnits, WalksAreBoundedByTheBytesOfTheUnit) {
  DwarfFixture fixture("o1");
  const DwarfUnit* unit = fixture.units.at(fixture.entry(oracle::kArea));
  EXPECT_GT(fixture.units.most_entries(*unit), fixture.units.contents(*unit).functions.size());
}

TEST(DwarfUnits, AUnitMentionsTheNamesInIt) {
  for (const char* name : {"o1", "v4", "split", "packed"}) {
    DwarfFixture fixture(name);
    const DwarfUnit* unit = fixture.units.at(fixture.entry(oracle::kArea));
    for (const char* wanted : {"seven", "Item", "larger"}) {
      const auto found = fixture.units.mentioning(wanted);
      EXPECT_NE(std::find(found.begin(), found.end(), unit), found.end()) << name << ' ' << wanted;
    }
    EXPECT_TRUE(fixture.units.mentioning("nowhere_in_this_file").empty()) << name;
  }
}

}  // namespace
}  // namespace uproar
