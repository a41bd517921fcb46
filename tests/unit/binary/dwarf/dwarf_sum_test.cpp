#include "binary/dwarf/dwarf_sum.h"

#include <gtest/gtest.h>

#include "binary/units/dwarf_die.h"

namespace uproar {
namespace {

Location in_memory(uint32_t dwarf_register, int64_t offset) {
  Location made;
  made.kind = Location::Kind::Memory;
  made.at.base = Symbolic::Base::Register;
  made.at.dwarf_register = dwarf_register;
  made.at.addend = offset;
  return made;
}

TEST(DwarfSum, NumbersAreReadWhereTheyAre) {
  std::string why;
  auto read = sum_at(in_memory(5, 8), 4, why);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->terms.size(), 1u);
  const RunningValue value = location_of(read->terms[0].values[0]);
  EXPECT_EQ(value.size, 4u);
  EXPECT_EQ(value.location.kind, Location::Kind::Memory);
  EXPECT_EQ(value.location.at.addend, 8);
  auto held = sum_at(Location::in_register(4), 8, why);
  ASSERT_TRUE(held);
  EXPECT_EQ(location_of(held->terms[0].values[0]).location.kind, Location::Kind::Register);
  EXPECT_TRUE(why.empty());
  EXPECT_FALSE(sum_at(Location::unavailable("was optimised out"), 8, why));
  EXPECT_EQ(why, "was optimised out");
}

TEST(DwarfSum, SumsAndProducts) {
  std::string why;
  const DwarfSum a = *sum_at(in_memory(5, 8), 8, why);
  const DwarfSum b = *sum_at(in_memory(5, 16), 8, why);
  const DwarfSum difference = plus(plus(DwarfSum::of(1), a), b, -1);
  EXPECT_EQ(difference.number, 1);
  ASSERT_EQ(difference.terms.size(), 2u);
  EXPECT_EQ(difference.terms[1].factor, -1);
  auto area = product(a, b);
  ASSERT_TRUE(area);
  EXPECT_EQ(area->terms[0].values.size(), 2u);
  auto four = product(a, DwarfSum::of(4));
  ASSERT_TRUE(four);
  EXPECT_EQ(four->terms[0].factor, 4);
  EXPECT_FALSE(product(difference, b)) << "no number that one field could tell";
  EXPECT_EQ(product(DwarfSum::of(INT64_MAX), DwarfSum::of(2))->number, -2);
}

TEST(DwarfSum, PartsAreOneValueAddedAndOneTakenAway) {
  std::string why;
  const DwarfSum a = *sum_at(in_memory(5, 8), 8, why);
  const DwarfSum b = *sum_at(in_memory(5, 16), 8, why);
  const SumParts both = parts_of(plus(plus(DwarfSum::of(3), a), b, -1));
  EXPECT_TRUE(both.is_simple);
  EXPECT_TRUE(both.added && both.taken);
  EXPECT_EQ(both.number, 3);
  const SumParts number = parts_of(DwarfSum::of(-1));
  EXPECT_TRUE(number.is_simple);
  EXPECT_FALSE(number.added || number.taken);
  EXPECT_FALSE(parts_of(plus(a, b)).is_simple);
  EXPECT_FALSE(parts_of(*product(a, DwarfSum::of(4))).is_simple);
}

}  // namespace
}  // namespace uproar
