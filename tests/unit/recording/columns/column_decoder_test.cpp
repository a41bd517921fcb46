#include "recording/columns/column_decoder.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "recording/file_format.h"

namespace uproar {
namespace {

constexpr uint8_t kConstant = 0;

void put_constant(uint64_t value, ByteWriter& out) {
  out.u8(kConstant);
  out.varint(value);
}

// Rows of one event, all alike, up to the parts of its layout.
void put_head(size_t parts, ByteWriter& out) {
  put_constant(0, out);  // times
  put_constant(0, out);  // numbers
  out.u8(0);             // no stacks
  put_constant(7, out);  // tasks
  out.varint(1);         // a group
  out.varint(1);         // of one event
  out.varint(0);
  out.varint(parts);
}

BlockHeader header_of(uint32_t rows) {
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Columns);
  header.count = rows;
  return header;
}

TEST(ColumnDecoder, ConstantColumnsTakeNoMemory) {
  ByteWriter out;
  put_head(2, out);
  for (int i = 0; i < 2; ++i) {
    out.u8(static_cast<uint8_t>(RecordPart::Kind::Number));
    out.varint(4);
  }
  put_constant(0x1ffffffff, out);
  put_constant(5, out);
  ColumnDecoder decoder;
  ColumnBlock block;
  ASSERT_EQ(decoder.decode(header_of(kMaxBlockRows), out.view(), block), RecordStatus::Ok);
  ASSERT_EQ(block.groups.size(), 1u);
  EXPECT_TRUE(block.groups[0].parts[0].number.constant);
  EXPECT_EQ(block.groups[0].parts[0].number.value, 0xffffffffu);  // as wide as it is in the record
  EXPECT_EQ(block.groups[0].parts[1].at, 4u);
  EXPECT_LT(block.memory_bytes(), uint64_t{8} << 20);
}

// A hundred columns of as many empty texts as there are rows, in a kilobyte.
TEST(ColumnDecoder, ColumnsThatWouldTakeFarMoreThanTheRecordsAreRefused) {
  constexpr size_t kParts = 128;
  ByteWriter out;
  put_head(kParts, out);
  for (size_t i = 0; i < kParts; ++i) {
    out.u8(static_cast<uint8_t>(RecordPart::Kind::Bytes));
    out.varint(1);
  }
  for (size_t i = 0; i < kParts; ++i) {
    out.varint(kMaxBlockRows);  // distinct texts
    put_constant(0, out);       // their lengths
    out.u8(0);                  // one behind the other
    put_constant(0, out);       // each row has the next one
  }
  EXPECT_LT(out.size(), 2000u);
  ColumnDecoder decoder;
  ColumnBlock block;
  EXPECT_EQ(decoder.decode(header_of(kMaxBlockRows), out.view(), block), RecordStatus::TooLarge);
  // And what it left is not kept.
  ByteWriter next;
  put_head(0, next);
  EXPECT_EQ(decoder.decode(header_of(1), next.view(), block), RecordStatus::Ok);
  EXPECT_LT(block.memory_bytes(), uint64_t{8} << 20);
}

TEST(ColumnDecoder, GroupThatNamesAnEventTwiceIsRefused) {
  ByteWriter out;
  put_constant(0, out);
  put_constant(0, out);
  out.u8(0);
  put_constant(7, out);
  out.varint(1);
  out.varint(2);
  out.varint(0);
  out.varint(~uint64_t{0});  // back to the same number
  out.varint(0);
  ColumnDecoder decoder;
  ColumnBlock block;
  EXPECT_EQ(decoder.decode(header_of(4), out.view(), block), RecordStatus::BadColumn);
}

}  // namespace
}  // namespace uproar
