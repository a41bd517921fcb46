// What is in the structs of shapes.cc, compared with what gdb says of the same file.
#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

// What gdb prints for expressions; empty without gdb.
std::vector<long> by_gdb(const std::string& file, const std::vector<std::string>& expressions) {
  std::string command = "gdb -nx -q -batch";
  for (const std::string& each : expressions) command.append(" -ex 'print ").append(each).append("'");
  std::vector<long> found;
  for (const std::string& line : oracle::lines_of(command + " '" + file + "' 2>/dev/null")) {
    const size_t at = line.find(" = ");
    if (line[0] == '$' && at != std::string::npos) found.push_back(std::stol(line.substr(at + 3)));
  }
  return found;
}

TEST(DebugInfoValues, FieldsAreWhereGdbSeesThem) {
  const std::vector<std::string> fields = {"serial", "label",   "grid",     "grid[1][2]", "raw",  "weight",
                                           "note",   "next",    "colour",   "level",      "sold", "number",
                                           "ratio",  "at[1].y", "words[2]", "many[99]"};
  std::vector<std::string> expressions;
  for (const std::string& field : fields) expressions.push_back("(long)&((shop::Item*)0)->" + field);
  for (const char* name : {"o1", "v4", "clang_o1"}) {
    const std::string path = oracle::dwarf_fixture(name);
    if (!oracle::exists(path)) continue;
    const auto expected = by_gdb(path, expressions);
    if (expected.empty()) GTEST_SKIP() << "gdb is not installed";
    ASSERT_EQ(expected.size(), fields.size());
    DebugFixture fixture(name);
    for (size_t i = 0; i < fields.size(); ++i) {
      EXPECT_EQ(fixture.place("look", "item->" + fields[i]), "[r5]+" + std::to_string(expected[i]))
          << name << ' ' << fields[i];
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
      {"words", Kind::Array, false, 24, "const char * [3]"},
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
  const auto at = by_gdb(oracle::dwarf_fixture("o1"), {"(long)&((shop::Item*)0)->name"});
  if (at.empty()) GTEST_SKIP() << "gdb is not installed";
  EXPECT_EQ(oracle::shown(name->text), "[r5]+" + std::to_string(at[0]) + "+0");
  EXPECT_EQ(oracle::shown(name->length), "[r5]+" + std::to_string(at[0] + 8));
  auto view = fixture.find("look", "text");
  EXPECT_EQ(view->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(view->length), "r1");
  EXPECT_EQ(oracle::shown(view->text), "[r2]+0");
  EXPECT_EQ(fixture.place("look", "text.length"), "r1");
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
      {"other->label", VariableFault::Kind::NotAPointer, "is no pointer (const shop::Item): write .label"},
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
