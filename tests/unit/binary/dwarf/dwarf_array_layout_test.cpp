// How arrays lie whose bounds, distances or place only the running program knows.
#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

std::string shown(const std::optional<NumberPlace>& number) {
  return number ? oracle::shown(number->place) : "none";
}

TEST(DwarfArrayLayout, FortransDescriptorsAreFollowed) {
  if (!oracle::exists(oracle::dwarf_fixture("fortran_o0"))) GTEST_SKIP() << "gfortran is not installed";
  DebugFixture fixture("fortran_o0");
  auto whole = fixture.find("move", "arr");
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->shape.kind, Kind::Array);
  ASSERT_EQ(whole->dimensions.size(), 1u);
  const ArrayDimension& only = whole->dimensions[0];
  EXPECT_EQ(shown(only.first), "[r1]+48");
  EXPECT_EQ(shown(only.last), "[r1]+56");
  EXPECT_EQ(shown(only.step), "[r1]+40");
  EXPECT_EQ(shown(only.span), "[r1]+32");
}

TEST(DwarfArrayLayout, AdasFatPointersAreFollowed) {
  if (!oracle::exists(oracle::dwarf_fixture("ada_o0"))) GTEST_SKIP() << "gnatmake is not installed";
  DebugFixture fixture("ada_o0");
  auto text = fixture.find("descriptors.work", "s");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(text->text), "[r5]+0");
  EXPECT_EQ(oracle::shown(text->length), "[r4]+4");
  EXPECT_EQ(shown(text->text_first), "[r4]+0");
  auto whole = fixture.find("descriptors.work", "v");
  ASSERT_TRUE(whole.ok());
  ASSERT_EQ(whole->dimensions.size(), 1u);
  EXPECT_EQ(shown(whole->dimensions[0].last), "[r2]+4") << "r1 and r2 are rdx and rcx";
}

}  // namespace
}  // namespace uproar
