// Elements by the indices of their language, and arrays of which only the running program knows the bounds.
#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using oracle::DebugFixture;
using Kind = ValueShape::Kind;

TEST(DwarfArrays, FortranCountsFromOneAndByColumns) {
  if (!oracle::exists(oracle::dwarf_fixture("fortran_o0"))) GTEST_SKIP() << "gfortran is not installed";
  DebugFixture fixture("fortran_o0");
  EXPECT_EQ(fixture.place("move", "mat[1][1]"), "[r2]+0") << fixture.place("move", "mat");
  EXPECT_EQ(fixture.place("move", "mat[2][1]"), "[r2]+4");
  EXPECT_EQ(fixture.place("move", "mat[1][2]"), "[r2]+8");
  EXPECT_EQ(fixture.place("move", "lows[-1]"), "[r8]+0");
  EXPECT_EQ(fixture.place("move", "lows[1]"), "[r8]+8");
  EXPECT_FALSE(fixture.find("move", "mat[0][1]").ok());
  EXPECT_EQ(fixture.fault.message, "has no element 0: it has [1] to [2]");
}

TEST(DwarfArrays, AnElementOfADescriptorIsFoundInWhatIsRecorded) {
  if (!oracle::exists(oracle::dwarf_fixture("fortran_o0"))) GTEST_SKIP() << "gfortran is not installed";
  DebugFixture fixture("fortran_o0");
  auto second = fixture.find("move", "arr[2]");
  ASSERT_TRUE(second.ok());
  ASSERT_EQ(second->dimensions.size(), 1u);
  EXPECT_TRUE(second->dimensions[0].is_from_zero);
  EXPECT_EQ(second->dimensions[0].index, 1);
  EXPECT_EQ(second->skip, 4 - 16 * 4);
  EXPECT_EQ(oracle::shown(second->place), "[r1]+0" + std::to_string(second->skip));
  EXPECT_FALSE(fixture.find("move", "arr[0]").ok());
}

}  // namespace
}  // namespace uproar
