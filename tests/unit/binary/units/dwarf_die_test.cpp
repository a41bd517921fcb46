#include "binary/units/dwarf_die.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfDie, NamesAreThoseOfTheDeclarationToo) {
  DwarfFixture fixture("o1");
  Dwarf_Die run = fixture.function("run");
  EXPECT_EQ(name_of(run), "run");
  EXPECT_EQ(linkage_name_of(run), oracle::kRun);
  Dwarf_Die declared = declaration_of(run);
  EXPECT_EQ(string_of(declared, DW_AT_name), "run");
  EXPECT_FALSE(same_die(run, declared));
  EXPECT_TRUE(same_die(run, run));
}

TEST(DwarfDie, TheSourceIsTold) {
  for (const char* name : {"o1", "v4", "split"}) {
    DwarfFixture fixture(name);
    const Dwarf_Die seven = fixture.function("seven");
    EXPECT_EQ(declared_line(seven), oracle::marked_line("seven")) << name;
    EXPECT_TRUE(fixture.units.declared_file(seven).ends_with("shapes.cc")) << name;
  }
}

TEST(DwarfDie, ChildrenComeInTheOrderOfTheSource) {
  DwarfFixture fixture("o0");
  Dwarf_Die seven = fixture.function("seven");
  std::string names;
  for (DieChildren child(seven); child; child.next()) {
    if (child.tag() == DW_TAG_formal_parameter) names += name_of(*child);
  }
  EXPECT_EQ(names, "abcdefgh");
}

TEST(DwarfDie, AttributesThatAreNotThereAreNothing) {
  DwarfFixture fixture("o1");
  Dwarf_Die item = fixture.type("Item");
  EXPECT_TRUE(has_attribute(item, DW_AT_byte_size));
  EXPECT_GT(unsigned_of(item, DW_AT_byte_size).value_or(0), 0u);
  EXPECT_FALSE(has_attribute(item, DW_AT_count));
  EXPECT_FALSE(unsigned_of(item, DW_AT_count));
  EXPECT_FALSE(signed_of(item, DW_AT_count));
  EXPECT_FALSE(flag_of(item, DW_AT_declaration));
  EXPECT_FALSE(reference_of(item, DW_AT_specification));
  EXPECT_EQ(linkage_name_of(item), "");
}

}  // namespace
}  // namespace uproar
