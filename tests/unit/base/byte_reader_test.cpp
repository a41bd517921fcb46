#include "base/byte_reader.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"

namespace uproar {
namespace {

TEST(ByteReader, ReadsWhatWasWritten) {
  ByteWriter out;
  out.u8(1);
  out.u16(0x0203);
  out.u32(0x04050607);
  out.u64(0x08090a0b0c0d0e0f);
  out.varint(0);
  out.varint(127);
  out.varint(128);
  out.varint(UINT64_MAX);
  out.signed_varint(INT64_MIN);
  out.signed_varint(-1);
  out.text("grüße");
  ByteReader in(out.view());
  EXPECT_EQ(in.u8(), 1);
  EXPECT_EQ(in.u16(), 0x0203);
  EXPECT_EQ(in.u32(), 0x04050607u);
  EXPECT_EQ(in.u64(), 0x08090a0b0c0d0e0fu);
  EXPECT_EQ(in.varint(), 0u);
  EXPECT_EQ(in.varint(), 127u);
  EXPECT_EQ(in.varint(), 128u);
  EXPECT_EQ(in.varint(), UINT64_MAX);
  EXPECT_EQ(in.signed_varint(), INT64_MIN);
  EXPECT_EQ(in.signed_varint(), -1);
  EXPECT_EQ(in.text(), "grüße");
  EXPECT_TRUE(in.at_end());
  EXPECT_FALSE(in.failed());
}

TEST(ByteReader, ReadPastTheEndFailsForGood) {
  const uint8_t bytes[] = {1, 2, 3};
  ByteReader in(bytes);
  EXPECT_EQ(in.u32(), 0u);
  EXPECT_TRUE(in.failed());
  EXPECT_EQ(in.u8(), 0);
  EXPECT_TRUE(in.at_end());
}

TEST(ByteReader, OverlongVarintFails) {
  const uint8_t bytes[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
  ByteReader in(bytes);
  in.varint();
  EXPECT_TRUE(in.failed());
}

TEST(ByteReader, HugeLengthFailsWithoutWrapping) {
  ByteWriter out;
  out.varint(UINT64_MAX);
  ByteReader in(out.view());
  EXPECT_TRUE(in.text().empty());
  EXPECT_TRUE(in.failed());
}

}  // namespace
}  // namespace uproar
