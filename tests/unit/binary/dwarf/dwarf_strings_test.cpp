// Texts that have as many characters as their type says.
#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

TEST(DwarfStrings, FortransHaveAHiddenLength) {
  if (!oracle::exists(oracle::dwarf_fixture("fortran_o0"))) GTEST_SKIP() << "gfortran is not installed";
  DebugFixture fixture("fortran_o0");
  auto label = fixture.find("move", "label");
  ASSERT_TRUE(label.ok());
  EXPECT_EQ(label->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(label->text), "[r4]+0");
  EXPECT_EQ(oracle::shown(label->length), "[r7]+32") << "behind the arguments that are on the stack";
  auto name = fixture.find("move", "p.name");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(name->length), "#6");
  EXPECT_EQ(name->shape.name, "character(len=6)");
  EXPECT_EQ(oracle::shown(fixture.find("move", "P.Name")->text), oracle::shown(name->text));
}

TEST(DwarfStrings, AdasFillTheirArrays) {
  if (!oracle::exists(oracle::dwarf_fixture("ada_o0"))) GTEST_SKIP() << "gnatmake is not installed";
  DebugFixture fixture("ada_o0");
  auto name = fixture.find("descriptors.work", "p.nm");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(name->length), "#5");
}

}  // namespace
}  // namespace uproar
