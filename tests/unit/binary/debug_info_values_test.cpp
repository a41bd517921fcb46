// What is in the structs of shapes.cc, compared with what gdb says of the same file.
#include <gtest/gtest.h>

#include "debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

// The number that gdb prints for an expression; nothing without gdb.
std::optional<long> by_gdb(const std::string& file, const std::string& expression) {
  for (const std::string& line :
       oracle::lines_of("gdb -nx -q -batch -ex 'print " + expression + "' '" + file + "' 2>/dev/null")) {
    if (line.rfind("$1 = ", 0) == 0) return std::stol(line.substr(5));
  }
  return std::nullopt;
}

TEST(DebugInfoValues, FieldsAreWhereGdbSeesThem) {
  for (const char* name : {"o1", "v4", "clang_o1"}) {
    const std::string path = oracle::dwarf_fixture(name);
    if (!oracle::exists(path)) continue;
    if (!by_gdb(path, "1")) GTEST_SKIP() << "gdb is not installed";
    DebugFixture fixture(name);
    for (const char* field :
         {"serial", "label", "grid", "grid[1][2]", "raw", "weight", "note", "next", "colour", "level", "sold",
          "number", "ratio", "at[1].y", "words[2]", "many[99]"}) {
      auto expected = by_gdb(path, std::string("(long)&((shop::Item*)0)->") + field);
      ASSERT_TRUE(expected) << field;
      EXPECT_EQ(fixture.place("look", std::string("item->") + field), "[r5]+" + std::to_string(*expected))
          << name << ' ' << field;
    }
  }
}

TEST(DebugInfoValues, Shapes) {
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
TEST(DebugInfoValues, BitfieldsHaveTheSmallestContainer) {
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

TEST(DebugInfoValues, TextsLeadToTheirBytes) {
  DebugFixture fixture("o1");
  auto name = fixture.find("look", "item->name");
  const auto at = by_gdb(oracle::dwarf_fixture("o1"), "(long)&((shop::Item*)0)->name");
  if (!at) GTEST_SKIP() << "gdb is not installed";
  EXPECT_EQ(oracle::shown(name->text), "[r5]+" + std::to_string(*at) + "+0");
  EXPECT_EQ(oracle::shown(name->length), "[r5]+" + std::to_string(*at + 8));
  auto view = fixture.find("look", "text");
  EXPECT_EQ(view->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(view->length), "r1");
  EXPECT_EQ(oracle::shown(view->text), "[r2]+0");
  EXPECT_EQ(fixture.place("look", "text.length"), "error: std::string_view has no field length");
}

TEST(DebugInfoValues, StepsThatCannotBe) {
  DebugFixture fixture("o1");
  struct Row {
    const char* written;
    VariableFault::Kind kind;
    const char* message;
  };
  const Row rows[] = {
      {"item->lable", VariableFault::Kind::NoField, "const shop::Item has no field lable"},
      {"item.label", VariableFault::Kind::NotAStruct, "is a pointer (const shop::Item *): write ->label"},
      {"other->label", VariableFault::Kind::NotAPointer, "is no pointer (const shop::Item &): write .label"},
      {"item->serial.x", VariableFault::Kind::NotAStruct, "has no fields: it is long int"},
      {"item->label[12]", VariableFault::Kind::OutOfBounds, "has no element 12: it has [0] to [11]"},
      {"item->serial[0]", VariableFault::Kind::NotAnArray, "is neither array nor pointer but long int"},
      {"*item->serial", VariableFault::Kind::NotAPointer, "is no pointer but long int"},
  };
  for (const Row& row : rows) {
    auto value = fixture.find("look", row.written);
    ASSERT_FALSE(value.ok()) << row.written;
    EXPECT_EQ(fixture.fault.kind, row.kind) << row.written;
    EXPECT_EQ(fixture.fault.message, row.message) << row.written;
  }
  auto whole = fixture.find("look", "*item");
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->shape.kind, Kind::Aggregate);
  EXPECT_EQ(whole->fields.front(), "label");
}

TEST(DebugInfoValues, Rust) {
  if (!oracle::exists(oracle::dwarf_fixture("rust_o0"))) GTEST_SKIP() << "rustc is not installed";
  DebugFixture fixture("rust_o0");
  ASSERT_TRUE(fixture.info);
  auto name = fixture.find("greet", "name");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(name->text), "[r5]+0");
  EXPECT_EQ(oracle::shown(name->length), "r4");
  EXPECT_EQ(fixture.place("greet", "n"), "r1");
  EXPECT_EQ(fixture.place("greet", "xs[1]"), "[r2]+4");
  EXPECT_EQ(fixture.place("greet", "xs.len"), "r8");
  EXPECT_EQ(fixture.place("greet", "ok"), "r9");
  EXPECT_EQ(fixture.find("show", "r.name")->shape.kind, Kind::SizedString);
  EXPECT_EQ(fixture.find("show", "r.tags[2]")->shape.size, 4u);
  EXPECT_EQ(fixture.find("show", "r.pair.1")->shape.size, 8u);
}

TEST(DebugInfoValues, Go) {
  if (!oracle::exists(oracle::dwarf_fixture("go_o1"))) GTEST_SKIP() << "go is not installed";
  DebugFixture fixture("go_o1");
  ASSERT_TRUE(fixture.info);
  // ABIInternal: ax, bx, cx, di, si, r8, r9.
  auto name = fixture.find("main.greet", "name");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(name->text), "[r0]+0");
  EXPECT_EQ(oracle::shown(name->length), "r3");
  EXPECT_EQ(fixture.place("main.greet", "n"), "r2");
  EXPECT_EQ(fixture.place("main.greet", "xs[2]"), "[r5]+16");
  EXPECT_EQ(fixture.place("main.greet", "xs.len"), "r4");
  EXPECT_EQ(fixture.place("main.greet", "l.next.xs.len"), "[r9]+40+24");
}

}  // namespace
}  // namespace uproar
