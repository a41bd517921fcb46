#include "binary/types/dwarf_bounds.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

// The bounds of the array type that a type of that name stands for.
ConstantBounds bounds_of(oracle::DwarfFixture& fixture, Dwarf_Die& type, int dimension) {
  auto array = fixture.types.array(type, dimension);
  return array ? array->bounds : ConstantBounds{};
}

TEST(DwarfBounds, FortranAndItsDefaults) {
  if (!oracle::exists(oracle::dwarf_fixture("fortran_o0"))) GTEST_SKIP() << "gfortran is not installed";
  oracle::DwarfFixture fixture("fortran_o0");
  Dwarf_Die move = fixture.function("move");
  Dwarf_Die grid = fixture.parameter(move, "mat");
  auto mat = fixture.types.peel(fixture.types.type_of(grid));
  ASSERT_TRUE(mat);
  EXPECT_EQ(bounds_of(fixture, *mat, 0).lower, 1);
  EXPECT_EQ(bounds_of(fixture, *mat, 0).upper, 2);
  EXPECT_EQ(bounds_of(fixture, *mat, 1).count, 3u);
  EXPECT_TRUE(fixture.types.is_column_major(*mat));
  EXPECT_EQ(fixture.types.array(*mat, 0)->stride, 4 * 8);
  EXPECT_EQ(fixture.types.array(*mat, 1)->stride, 8 * 8);
  Dwarf_Die lows = fixture.parameter(move, "lows");
  auto low = fixture.types.peel(fixture.types.type_of(lows));
  ASSERT_TRUE(low);
  EXPECT_EQ(bounds_of(fixture, *low, 0).lower, -1);
  EXPECT_EQ(bounds_of(fixture, *low, 0).count, 3u);
}

}  // namespace
}  // namespace uproar
