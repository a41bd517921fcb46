// What the encoder keeps between blocks; row_block_test.cpp has the records themselves, there and back.
#include "recording/columns/column_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "event/little_endian.h"
#include "recording/blocks/row_block.h"

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

EventSchema one_number() {
  EventSchema schema;
  schema.fields = {{"n", Field::Kind::Unsigned, 8, 0, 16}};
  return schema;
}

Bytes record_of(uint64_t number) {
  Bytes record(24);
  store_little_endian(record.data() + 4, uint32_t{77});
  store_little_endian(record.data() + 8, uint64_t{0x401136});
  store_little_endian(record.data() + 16, number);
  return record;
}

void expect_back(ColumnEncoder& encoder, const BlockBuilder& block) {
  ByteWriter out;
  encoder.encode(block, out);
  RowDecoder decoder;
  RowBlock rows;
  ASSERT_EQ(decoder.decode(block.header(0), out.view(), rows), RecordStatus::Ok);
  ASSERT_EQ(rows.rows(), block.rows());
  for (size_t row = 0; row < rows.rows(); ++row) {
    ASSERT_EQ(Bytes(rows.record(row).begin(), rows.record(row).end()),
              Bytes(block.record(row).begin(), block.record(row).end()));
    ASSERT_EQ(rows.number(row), block.numbers()[row]);
  }
}

// Plans that served one block are tried on the next, which may be another CPU's and look quite different.
TEST(ColumnEncoder, BlocksOfAllKindsComeOneAfterTheOther) {
  std::mt19937_64 random(1);
  ColumnEncoder encoder;
  for (int i = 0; i < 3; ++i) encoder.add_event(one_number());
  for (int round = 0; round < 12; ++round) {
    BlockBuilder block;
    const uint64_t rows = round % 3 == 0 ? 3 : 2000;
    for (uint64_t row = 0; row < rows; ++row) {
      const uint64_t number = round % 4 == 0 ? row : round % 4 == 1 ? random() : random() % 5;
      block.add(1000 * row, static_cast<uint32_t>(random() % 3), record_of(number), {});
    }
    expect_back(encoder, block);
  }
}

TEST(ColumnEncoder, WhatIsAppendedStandsBehindWhatWasThere) {
  ColumnEncoder encoder;
  encoder.add_event(one_number());
  BlockBuilder block;
  block.add(1, 0, record_of(5), {});
  ByteWriter alone, behind;
  encoder.encode(block, alone);
  behind.u8(9);
  encoder.encode(block, behind);
  ASSERT_EQ(behind.size(), alone.size() + 1);
  EXPECT_TRUE(std::equal(alone.view().begin(), alone.view().end(), behind.view().begin() + 1));
}

TEST(ColumnEncoder, EventsAddedLaterJoin) {
  ColumnEncoder encoder;
  encoder.add_event(one_number());
  BlockBuilder block;
  block.add(1, 0, record_of(5), {});
  expect_back(encoder, block);
  encoder.add_event({});
  block.add(2, 1, Bytes(16), {});
  expect_back(encoder, block);
}

}  // namespace
}  // namespace uproar
