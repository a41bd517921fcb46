// What a value is, by its type: shapes of DwarfObject::read().
#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

TEST(DwarfShape, Shapes) {
  DebugFixture fixture("o1");
  struct Row {
    const char* field;
    Kind kind;
    bool is_signed;
    uint64_t size;
    const char* name;
  };
  const Row rows[] = {
      {"serial", Kind::Signed, true, 8, "long int"},
      {"label", Kind::CharArray, false, 12, "char [12]"},
      {"grid", Kind::Array, true, 12, "short int [2][3]"},
      {"raw", Kind::Array, false, 4, "unsigned char [4]"},
      {"weight", Kind::Floating, false, 8, "double"},
      {"note", Kind::CString, false, 8, "const char *"},
      {"next", Kind::Pointer, false, 8, "shop::Item *"},
      {"colour", Kind::Enumeration, false, 1, "shop::Colour"},
      {"level", Kind::Enumeration, true, 4, "shop::Level"},
      {"sold", Kind::Boolean, false, 1, "bool"},
      {"words", Kind::Array, false, 24, "const char *[3]"},
      {"name", Kind::SizedString, false, 32, "std::string"},
  };
  for (const Row& row : rows) {
    auto value = fixture.find("look", std::string("item->") + row.field);
    ASSERT_TRUE(value.ok()) << row.field;
    EXPECT_EQ(value->shape.kind, row.kind) << row.field;
    EXPECT_EQ(value->shape.is_signed, row.is_signed) << row.field;
    EXPECT_EQ(value->shape.size, row.size) << row.field;
    EXPECT_EQ(value->shape.name, row.name) << row.field;
  }
  EXPECT_EQ(fixture.find("look", "item->grid")->shape.count, 6u);
  EXPECT_EQ(fixture.find("look", "item->grid[1]")->shape.count, 3u);
  EXPECT_EQ(fixture.find("look", "item->words")->shape.element, Kind::CString);
}

// Of GCC's layout: 3 bits at the start of byte 20, 7 behind them, 33 where they fit into 8 bytes.
TEST(DwarfShape, BitfieldsHaveTheSmallestContainer) {
  for (const char* name : {"o1", "v4", "clang_o1"}) {
    if (!oracle::exists(oracle::dwarf_fixture(name))) continue;
    DebugFixture fixture(name);
    auto kind = fixture.find("look", "item->kind");
    ASSERT_TRUE(kind.ok());
    EXPECT_EQ(kind->shape.bit_size, 3u);
    EXPECT_EQ(kind->shape.bit_offset, 0u);
    EXPECT_EQ(kind->shape.size, 1u);
    EXPECT_EQ(oracle::shown(kind->place), "[r5]+20");
    EXPECT_EQ(kind->shape.name, "unsigned int : 3");
    auto delta = fixture.find("look", "item->delta");
    ASSERT_TRUE(delta.ok());
    EXPECT_TRUE(delta->shape.is_signed);
    EXPECT_EQ(delta->shape.bit_size, 7u);
    EXPECT_EQ(delta->shape.bit_offset, 3u);
    EXPECT_EQ(delta->shape.size, 2u);
    auto wide = fixture.find("look", "item->wide");
    ASSERT_TRUE(wide.ok());
    EXPECT_EQ(wide->shape.bit_size, 33u);
    EXPECT_EQ(wide->shape.size, 8u);
    EXPECT_EQ(wide->shape.bit_offset % 8, 0u);
  }
}

}  // namespace
}  // namespace uproar
