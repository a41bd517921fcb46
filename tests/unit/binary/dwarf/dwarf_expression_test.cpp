#include "binary/dwarf/dwarf_expression.h"

#include <gtest/gtest.h>

#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

using oracle::DwarfFixture;

TEST(DwarfExpression, TheFrameAddressOfAnEntryIsBehindTheReturnAddress) {
  for (const char* name : {"o0", "o2", "split"}) {
    DwarfFixture fixture(name);
    Symbolic address;
    ASSERT_TRUE(canonical_frame_address(fixture.context(fixture.entry(oracle::kArea)), address)) << name;
    EXPECT_EQ(address.base, Symbolic::Base::Register);
    EXPECT_EQ(address.dwarf_register, 7u);  // rsp
    EXPECT_EQ(address.addend, 8);
    EXPECT_TRUE(address.reads.empty());
  }
}

TEST(DwarfExpression, WhereNoFrameIsKnownThereIsNoAddress) {
  DwarfFixture fixture("o1");
  Symbolic address;
  EXPECT_FALSE(canonical_frame_address(fixture.context(1), address));
}

TEST(DwarfExpression, UnoptimisedParametersCountFromTheFrame) {
  DwarfFixture fixture("o0");
  Dwarf_Die side = fixture.parameter(fixture.function("area"), "side");
  Dwarf_Attribute attribute;
  ASSERT_TRUE(dwarf_attr(&side, DW_AT_location, &attribute));
  Dwarf_Die function = fixture.function("area");
  const auto entry = fixture.scopes.entry_of(function);
  ASSERT_TRUE(entry);
  const Location location = evaluate(attribute, fixture.context(*entry));
  EXPECT_EQ(location.kind, Location::Kind::Memory) << location.why;
  EXPECT_TRUE(location.by_frame);
}

}  // namespace
}  // namespace uproar
