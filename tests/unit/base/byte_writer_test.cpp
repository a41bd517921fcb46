#include "base/byte_writer.h"

#include <gtest/gtest.h>

#include <vector>

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes taken(const ByteWriter& out) {
  return {out.view().begin(), out.view().end()};
}

TEST(ByteWriter, NumbersAreLittleEndian) {
  ByteWriter out;
  out.u8(1);
  out.u16(0x0203);
  out.u32(0x04050607);
  EXPECT_EQ(taken(out), (Bytes{1, 3, 2, 7, 6, 5, 4}));
}

TEST(ByteWriter, VarintsTakeSevenBitsAByte) {
  ByteWriter out;
  out.varint(300);
  out.signed_varint(-2);
  out.text("ab");
  EXPECT_EQ(taken(out), (Bytes{0xac, 0x02, 3, 2, 'a', 'b'}));
}

TEST(ByteWriter, RoomIsFilledByTheCaller) {
  ByteWriter out;
  out.u8(1);
  out.room(2)[1] = 9;
  EXPECT_EQ(taken(out), (Bytes{1, 0, 9}));
}

TEST(ByteWriter, WhatWasWrittenCanBeTakenBack) {
  ByteWriter out;
  out.u32(7);
  out.truncate(1);
  EXPECT_EQ(taken(out), (Bytes{7}));
  out.clear();
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace uproar
