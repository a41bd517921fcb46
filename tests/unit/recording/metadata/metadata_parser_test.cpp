#include "recording/metadata/metadata_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/byte_writer.h"

namespace uproar {
namespace {

TEST(MetadataParser, TheFirstFaultStays) {
  ByteWriter out;
  out.varint(300);
  out.u8(9);
  MetadataParser parser(out.view());
  uint8_t small = 7;
  parser.number(small);
  EXPECT_EQ(parser.status(), MetadataStatus::OutOfRange);
  EXPECT_EQ(small, 7) << "a number out of its range is not taken";
  enum class Kind : uint8_t { A, B };
  Kind kind = Kind::A;
  parser.kind(Kind::B, kind);
  EXPECT_EQ(parser.status(), MetadataStatus::OutOfRange);
  EXPECT_FALSE(parser.ok());
}

TEST(MetadataParser, CutIsTold) {
  MetadataParser parser(std::span<const uint8_t>{});
  EXPECT_TRUE(parser.ok());
  EXPECT_FALSE(parser.more());
  EXPECT_EQ(parser.number(), 0u);
  EXPECT_EQ(parser.status(), MetadataStatus::Cut);
}

TEST(MetadataParser, UnknownIsStoredWithOneAdded) {
  ByteWriter out;
  out.varint(0);
  out.varint(5);
  MetadataParser parser(out.view());
  uint32_t cpu = 0;
  parser.number_or_unknown(cpu);
  EXPECT_EQ(cpu, ~uint32_t{0});
  parser.number_or_unknown(cpu);
  EXPECT_EQ(cpu, 4u);
  EXPECT_TRUE(parser.at_end());
}

TEST(MetadataParser, CountsBeyondTheirLimitAreNone) {
  ByteWriter out;
  out.varint(11);
  MetadataParser parser(out.view());
  EXPECT_EQ(parser.count(10), 0u);
  EXPECT_EQ(parser.status(), MetadataStatus::TooMany);
}

TEST(MetadataParser, ListsEndWhereTheirBytesDo) {
  const std::vector<uint8_t> bytes{1, 2, 3};
  const auto one = [](MetadataParser& parser, uint64_t&, uint64_t& out) { out = parser.number(); };
  std::vector<uint64_t> out;
  EXPECT_EQ(parse_list(bytes, 3, out, one), MetadataStatus::Ok);
  EXPECT_EQ(out, (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_EQ(parse_list(bytes, 2, out, one), MetadataStatus::BadCount);
  EXPECT_EQ(parse_list(bytes, 4, out, one), MetadataStatus::Cut);
}

}  // namespace
}  // namespace uproar
