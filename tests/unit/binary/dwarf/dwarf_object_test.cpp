// Steps through the structs of shapes.cc, compared with what gdb says of the same file.
#include "binary/dwarf/dwarf_object.h"

#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

TEST(DwarfObject, FieldsAreWhereGdbSeesThem) {
  const std::vector<std::string> fields = {"serial", "label",   "grid",     "grid[1][2]", "raw",  "weight",
                                           "note",   "next",    "colour",   "level",      "sold", "number",
                                           "ratio",  "at[1].y", "words[2]", "many[99]"};
  std::vector<std::string> expressions;
  for (const std::string& field : fields) expressions.push_back("(long)&((shop::Item*)0)->" + field);
  for (const char* name : {"o1", "v4", "clang_o1"}) {
    const std::string path = oracle::dwarf_fixture(name);
    if (!oracle::exists(path)) continue;
    const auto expected = oracle::by_gdb(path, expressions);
    if (expected.empty()) GTEST_SKIP() << "gdb is not installed";
    ASSERT_EQ(expected.size(), fields.size());
    DebugFixture fixture(name);
    for (size_t i = 0; i < fields.size(); ++i) {
      EXPECT_EQ(fixture.place("look", "item->" + fields[i]), "[r5]+" + std::to_string(expected[i]))
          << name << ' ' << fields[i];
    }
  }
}

TEST(DwarfObject, StepsThatCannotBe) {
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

}  // namespace
}  // namespace uproar
