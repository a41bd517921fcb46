#include "binary/types/dwarf_types.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

struct ItemFixture : DwarfFixture {
  explicit ItemFixture(const std::string& name) : DwarfFixture(name), item(type("Item")) {}
  Member field(const char* name) {
    auto found = types.member(item, name);
    EXPECT_TRUE(found) << name;
    return found.value_or(Member{});
  }
  std::string name_of_field(const char* name) { return types.name(field(name).type); }

  Dwarf_Die item;
};

TEST(DwarfTypes, NamesAreThoseOfTheLanguage) {
  ItemFixture fixture("o1");
  EXPECT_EQ(fixture.types.name(fixture.item), "shop::Item");
  EXPECT_EQ(fixture.name_of_field("label"), "char [12]");
  EXPECT_EQ(fixture.name_of_field("grid"), "short int [2][3]");
  EXPECT_EQ(fixture.name_of_field("note"), "const char *");
  EXPECT_EQ(fixture.name_of_field("words"), "const char *[3]");
  EXPECT_EQ(fixture.name_of_field("colour"), "shop::Colour");
  EXPECT_EQ(fixture.types.name(std::nullopt), "void");
}

TEST(DwarfTypes, MembersOfBasesAndAnonymousUnionsAreItsOwn) {
  for (const char* name : {"o1", "v4", "clang_o1"}) {
    if (!oracle::exists(oracle::dwarf_fixture(name))) continue;
    ItemFixture fixture(name);
    EXPECT_EQ(fixture.field("serial").offset, 0u) << name;
    EXPECT_EQ(fixture.field("label").offset, 8u) << name;
    EXPECT_EQ(fixture.field("number").offset, fixture.field("ratio").offset) << name;
    EXPECT_TRUE(fixture.field("number").is_reachable);
    EXPECT_FALSE(fixture.types.member(fixture.item, "x")) << "of a named member";
    EXPECT_FALSE(fixture.types.member(fixture.item, "lable"));
  }
}

TEST(DwarfTypes, BitfieldsHaveTheirWidthAndPlace) {
  for (const char* name : {"o1", "v4"}) {
    ItemFixture fixture(name);
    EXPECT_EQ(fixture.field("kind").bit_size, 3u) << name;
    EXPECT_EQ(fixture.field("kind").bit_offset, 20u * 8) << name;
    EXPECT_EQ(fixture.field("delta").bit_size, 7u) << name;
    EXPECT_EQ(fixture.field("delta").bit_offset, 20u * 8 + 3) << name;
    EXPECT_EQ(fixture.field("grid").bit_size, 0u) << name;
  }
}

TEST(DwarfTypes, ArraysAreTakenDimensionByDimension) {
  ItemFixture fixture("o1");
  auto grid = fixture.types.peel(fixture.field("grid").type);
  ASSERT_TRUE(grid);
  auto rows = fixture.types.array(*grid, 0);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->bounds.count, 2u);
  EXPECT_EQ(rows->bounds.lower, 0);
  EXPECT_EQ(rows->stride, 6 * 8);
  auto cells = fixture.types.array(*grid, 1);
  ASSERT_TRUE(cells);
  EXPECT_EQ(cells->bounds.count, 3u);
  EXPECT_EQ(cells->stride, 2 * 8);
  EXPECT_FALSE(fixture.types.array(*grid, 2));
  EXPECT_EQ(fixture.types.total_count(*grid, 0), 6u);
  EXPECT_EQ(fixture.types.size(grid), 12u);
  EXPECT_FALSE(fixture.types.array(fixture.item, 0));
}

TEST(DwarfTypes, WhatATypeIs) {
  ItemFixture fixture("o1");
  EXPECT_TRUE(fixture.types.is_struct(fixture.item));
  auto next = fixture.types.peel(fixture.field("next").type);
  ASSERT_TRUE(next);
  EXPECT_TRUE(fixture.types.is_pointer(*next));
  EXPECT_EQ(fixture.types.size(next), 8u);
  auto name = fixture.types.complete(fixture.field("name").type);
  ASSERT_TRUE(name);
  EXPECT_TRUE(fixture.types.is_struct(*name)) << "std::string is a typedef of one";
  Dwarf_Die other = fixture.parameter(fixture.function("look"), "other");
  auto reference = fixture.types.peel(fixture.types.type_of(other));
  ASSERT_TRUE(reference);
  EXPECT_TRUE(fixture.types.is_reference(*reference));
  auto label = fixture.types.peel(fixture.field("label").type);
  EXPECT_TRUE(fixture.types.is_char(fixture.types.array(*label, 0)->element));
  auto level = fixture.types.peel(fixture.field("level").type);
  EXPECT_TRUE(fixture.types.is_signed(*level));
  auto colour = fixture.types.peel(fixture.field("colour").type);
  EXPECT_FALSE(fixture.types.is_signed(*colour));
}

}  // namespace
}  // namespace uproar
