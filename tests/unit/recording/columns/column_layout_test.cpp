#include "recording/columns/column_layout.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "recording/file_format.h"

namespace uproar {
namespace {

// "Number4 Task4 …"
std::string shown(const RecordLayout& layout) {
  const char* names[] = {"Task", "Number", "Bytes", "Dynamic"};
  std::string out;
  for (const RecordPart& part : layout.parts)
    out += names[static_cast<size_t>(part.kind)] + std::to_string(part.size) + " ";
  return out;
}

EventSchema schema_of(std::vector<Field> fields, bool is_return = false) {
  EventSchema schema;
  schema.is_return = is_return;
  schema.fields = std::move(fields);
  return schema;
}

TEST(ColumnLayout, CommonFieldsAddressesThenTheEventsOwn) {
  EXPECT_EQ(shown(layout_of(schema_of({}))), "Number4 Task4 Number8 ");
  EXPECT_EQ(shown(layout_of(schema_of({}, true))), "Number4 Task4 Number8 Number8 ");
  EXPECT_EQ(shown(layout_of(
                schema_of({{"n", Field::Kind::Signed, 8, 0, 20}, {"s", Field::Kind::String, 4, 0, 16}}))),
            "Number4 Task4 Number8 Dynamic4 Number8 ");
}

TEST(ColumnLayout, GapsAndLongArraysAreBytes) {
  EXPECT_EQ(shown(layout_of(
                schema_of({{"a", Field::Kind::Unsigned, 2, 4, 24}, {"b", Field::Kind::Unsigned, 1, 5, 32}}))),
            "Number4 Task4 Number8 Bytes8 Number2 Number2 Number2 Number2 Bytes5 ");
}

TEST(ColumnLayout, NoRecordFitsFieldsThatOverlap) {
  const RecordLayout layout =
      layout_of(schema_of({{"a", Field::Kind::Unsigned, 8, 0, 16}, {"b", Field::Kind::Unsigned, 8, 0, 20}}));
  EXPECT_TRUE(layout.parts.empty());
  EXPECT_GT(layout.fixed_bytes, kMaxRecordBytes);
}

TEST(ColumnLayout, ComesBackFromItsBytes) {
  const RecordLayout layout = layout_of(schema_of({{"s", Field::Kind::String, 4, 2, 16},
                                                   {"f", Field::Kind::FixedString, 1, 16, 24},
                                                   {"n", Field::Kind::Unsigned, 4, 0, 40}}));
  ByteWriter bytes;
  put_layout(layout, bytes);
  ByteReader in(bytes.view());
  RecordLayout back;
  ASSERT_TRUE(parse_layout(in, back));
  EXPECT_EQ(back, layout);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    ByteReader shorter(bytes.view().first(cut));
    EXPECT_FALSE(parse_layout(shorter, back)) << cut;
  }
}

TEST(ColumnLayout, WhatNoLayoutHasIsReported) {
  const std::vector<std::vector<uint8_t>> bad{
      {1, 4, 4},                // an unknown kind
      {1, 1, 3},                // a number of 3 bytes
      {1, 2, 0},                // no bytes
      {1, 2, 0xff, 0xff, 0x7f}  // longer than any record
  };
  for (const auto& bytes : bad) {
    ByteReader in(bytes);
    RecordLayout out;
    EXPECT_FALSE(parse_layout(in, out));
  }
}

}  // namespace
}  // namespace uproar
