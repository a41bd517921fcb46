#include "binary/dwarf/dwarf_location.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

Location memory(uint32_t base, int64_t displacement) {
  Location made;
  made.kind = Location::Kind::Memory;
  made.at.base = Symbolic::Base::Register;
  made.at.dwarf_register = base;
  made.at.addend = displacement;
  return made;
}

TEST(DwarfLocation, PartsOfMemoryAreFurtherOn) {
  const Location part = part_of(memory(7, 8), 4, 2);
  EXPECT_EQ(part.kind, Location::Kind::Memory);
  EXPECT_EQ(part.at.addend, 12);
}

TEST(DwarfLocation, PartsOfARegisterMustFit) {
  EXPECT_EQ(part_of(Location::in_register(3), 4, 4).skip, 4);
  EXPECT_EQ(part_of(Location::in_register(3), 4, 8).kind, Location::Kind::Unavailable);
  EXPECT_EQ(part_of(Location::in_register(3), 9, 1).kind, Location::Kind::Unavailable);
}

TEST(DwarfLocation, PartsOfAConstantAreItsBytes) {
  Location bytes;
  bytes.kind = Location::Kind::Bytes;
  bytes.bytes = "abcdef";
  EXPECT_EQ(part_of(bytes, 2, 3).bytes, "cde");
  EXPECT_EQ(part_of(bytes, 4, 3).why, "is beyond the constant that the compiler left of it");
  Location number;
  number.kind = Location::Kind::Value;
  number.at.addend = 0x1122334455667788;
  EXPECT_EQ(part_of(number, 4, 4).at.addend, 0x11223344);
  EXPECT_EQ(part_of(number, 8, 1).kind, Location::Kind::Unavailable);
}

TEST(DwarfLocation, APieceIsFoundByItsOffset) {
  const Location whole =
      joined({{Location::in_register(5), 8}, {memory(7, 16), 4}, {Location::unavailable(kOptimisedOut), 4}});
  ASSERT_EQ(whole.kind, Location::Kind::Pieces);
  EXPECT_EQ(part_of(whole, 0, 8).dwarf_register, 5u);
  EXPECT_EQ(part_of(whole, 10, 2).at.addend, 18);
  EXPECT_EQ(part_of(whole, 12, 4).why, kOptimisedOut);
  const Location both = part_of(whole, 4, 8);  // a struct within the struct
  ASSERT_EQ(both.kind, Location::Kind::Pieces);
  EXPECT_EQ(both.pieces[0].location.skip, 4);
  EXPECT_EQ(both.pieces[1].location.at.addend, 16);
  EXPECT_EQ(part_of(whole, 8, 16).why, "is in pieces there");
  EXPECT_EQ(part_of(whole, 16, 1).why, "is in pieces there");
}

TEST(DwarfLocation, OnePieceIsNoPieces) {
  EXPECT_EQ(joined({{Location::in_register(5), 8}}).kind, Location::Kind::Register);
  const Location gone = Location::unavailable(kOptimisedOut);
  EXPECT_EQ(joined({{gone, 8}, {gone, 8}}).kind, Location::Kind::Unavailable);
}

TEST(DwarfLocation, AValueThatWasReadIsInMemory) {
  Symbolic value;
  value.base = Symbolic::Base::Register;
  value.dwarf_register = 6;
  EXPECT_EQ(Location::of_value(value).kind, Location::Kind::Register);
  value.reads = {-8};
  const Location read = Location::of_value(value);
  EXPECT_EQ(read.kind, Location::Kind::Memory);
  EXPECT_EQ(read.at.addend, -8);
  EXPECT_TRUE(read.at.reads.empty());
  value.addend = 4;
  EXPECT_EQ(Location::of_value(value).kind, Location::Kind::Value);
}

}  // namespace
}  // namespace uproar
