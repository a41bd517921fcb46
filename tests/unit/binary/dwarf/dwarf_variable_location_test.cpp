#include "binary/dwarf/dwarf_variable_location.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfVariableLocation, ParametersAtTheEntry) {
  for (const char* name : {"o1", "v4", "split"}) {
    DwarfFixture fixture(name);
    const LocationContext context = fixture.context(fixture.entry(oracle::kLook));
    Dwarf_Die item = fixture.parameter(fixture.function("look"), "item");
    const Location at_entry = locate(item, context);
    EXPECT_EQ(at_entry.kind, Location::Kind::Register) << name << ": " << at_entry.why;
    EXPECT_EQ(at_entry.dwarf_register, 5u) << name;
  }
}

TEST(DwarfVariableLocation, WhatAPointerPointsAt) {
  DwarfFixture fixture("o1");
  const LocationContext context = fixture.context(fixture.entry(oracle::kLook));
  const Location by_register = pointed_at(Location::in_register(5), context);
  EXPECT_EQ(by_register.kind, Location::Kind::Memory);
  EXPECT_EQ(by_register.at.dwarf_register, 5u);
  EXPECT_EQ(by_register.at.addend, 0);
  const Location by_memory = pointed_at(part_of(by_register, 24, 8), context);
  EXPECT_EQ(by_memory.at.reads, std::vector<int64_t>{24});
  Location constant;
  constant.kind = Location::Kind::Value;
  EXPECT_EQ(pointed_at(constant, context).why, "is behind a pointer that is constant there");
}

TEST(DwarfVariableLocation, PointersWithoutEndAreCut) {
  DwarfFixture fixture("o1");
  const LocationContext context = fixture.context(fixture.entry(oracle::kLook));
  Location at = pointed_at(Location::in_register(5), context);
  for (int i = 0; i < 100 && at.kind == Location::Kind::Memory; ++i) at = pointed_at(at, context);
  EXPECT_EQ(at.why, "is behind too many pointers");
}

}  // namespace
}  // namespace uproar
