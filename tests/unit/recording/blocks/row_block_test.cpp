#include "recording/blocks/row_block.h"

#include <gtest/gtest.h>

#include <random>

#include "recording/columns/column_encoder.h"

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;
using Stack = std::vector<uint64_t>;

void put(Bytes& out, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

EventSchema schema_of(std::vector<Field> fields, bool is_return = false) {
  EventSchema schema;
  schema.is_return = is_return;
  schema.fields = std::move(fields);
  return schema;
}

// name string, n s64, b u32; as the kernel packs them.
const EventSchema kNamed = schema_of({{"name", Field::Kind::String, 4, 0, 16},
                                      {"n", Field::Kind::Signed, 8, 0, 20},
                                      {"b", Field::Kind::Unsigned, 4, 0, 28}});

Bytes named(const std::string& name, int64_t n, uint32_t tid = 77, bool fault = false) {
  Bytes record;
  put(record, 0x72a, 2);
  put(record, 0xffff, 2);
  put(record, tid, 4);
  put(record, 0x401136, 8);
  put(record, (fault ? 0 : (name.size() + 1) << 16) | 32, 4);
  put(record, static_cast<uint64_t>(n), 8);
  put(record, 3, 4);
  if (!fault) {
    record.insert(record.end(), name.begin(), name.end());
    record.push_back(0);
  }
  return record;
}

struct Packed {
  BlockHeader header;
  Bytes payload;
};

Packed pack(const BlockBuilder& builder, const std::vector<EventSchema>& schemas) {
  ColumnEncoder encoder;
  for (const EventSchema& schema : schemas) encoder.add_event(schema);
  ByteWriter out;
  encoder.encode(builder, out);
  return {builder.header(3), Bytes(out.view().begin(), out.view().end())};
}

RecordStatus unpack(const Packed& packed, RowBlock& rows) {
  RowDecoder decoder;
  return decoder.decode(packed.header, packed.payload, rows);
}

void expect_same(const BlockBuilder& builder, const RowBlock& rows, size_t padding = 0) {
  ASSERT_EQ(rows.rows(), builder.rows());
  for (size_t row = 0; row < rows.rows(); ++row) {
    EXPECT_EQ(rows.time(row), builder.times()[row]);
    EXPECT_EQ(rows.number(row), builder.numbers()[row]);
    auto expected = builder.record(row);
    expected = expected.first(expected.size() - padding);
    EXPECT_EQ(Bytes(rows.record(row).begin(), rows.record(row).end()),
              Bytes(expected.begin(), expected.end()))
        << row;
    EXPECT_EQ(Stack(rows.stack(row).begin(), rows.stack(row).end()),
              Stack(builder.stack(row).begin(), builder.stack(row).end()));
  }
}

TEST(RowBlock, RecordsComeBack) {
  BlockBuilder builder;
  for (int i = 0; i < 3000; ++i)
    builder.add(1000 + 7 * i, 0, named("name " + std::to_string(i % 13), -i, i % 5, i % 11 == 0), {});
  RowBlock rows;
  Packed packed = pack(builder, {kNamed});
  EXPECT_EQ(packed.header.count, 3000u);
  EXPECT_EQ(packed.header.last_ns, 1000u + 7 * 2999);
  ASSERT_EQ(unpack(packed, rows), RecordStatus::Ok);
  expect_same(builder, rows);
}

TEST(RowBlock, EventsOfManyShapesComeBackTogether) {
  const EventSchema arrays =
      schema_of({{"a", Field::Kind::Unsigned, 2, 3, 24}, {"long", Field::Kind::Hex, 8, 16, 30}}, true);
  const EventSchema bare = schema_of({});
  EventSchema gaps =
      schema_of({{"late", Field::Kind::Unsigned, 1, 0, 30}, {"text", Field::Kind::FixedString, 1, 5, 11}});
  gaps.has_ip = false;
  const EventSchema texts = schema_of({{"s", Field::Kind::String, 4, 3, 16}});
  std::mt19937 random(1);
  auto noise = [&](size_t size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
    return bytes;
  };
  BlockBuilder builder;
  for (int i = 0; i < 500; ++i) {
    builder.add(10 * i, 0, named("x", i), {});
    builder.add(10 * i, 1, noise(24 + 6 + 128), {});
    builder.add(10 * i + 1, 2, noise(16), {});
    builder.add(10 * i + 2, 3, noise(31), {});
    Bytes strings = noise(16);
    put(strings, 2 << 16 | 28, 4);
    put(strings, 0 << 16 | 30, 4);
    put(strings, 3 << 16 | 30, 4);
    for (char c : {'a', '\0', 'b', 'c', '\0'}) strings.push_back(static_cast<uint8_t>(c));
    builder.add(10 * i + 3, 4, strings, {});
  }
  RowBlock rows;
  ASSERT_EQ(unpack(pack(builder, {kNamed, arrays, bare, gaps, texts}), rows), RecordStatus::Ok);
  expect_same(builder, rows);
}

TEST(RowBlock, RecordsThatDoNotFitTheirEventComeBackWhole) {
  BlockBuilder builder;
  Bytes cut = named("abc", 1);
  cut.resize(20);
  Bytes elsewhere = named("abc", 1);
  elsewhere[16] = 33;
  Bytes longer = named("abc", 1);
  longer.resize(longer.size() + 9);
  builder.add(1, 0, cut, {});
  builder.add(2, 0, elsewhere, {});
  builder.add(3, 0, longer, {});
  builder.add(4, 0, Bytes{}, {});
  RowBlock rows;
  ASSERT_EQ(unpack(pack(builder, {kNamed}), rows), RecordStatus::Ok);
  expect_same(builder, rows);
}

// The last bytes of the second field are not padding, though no part of a layout could hold them.
TEST(RowBlock, RecordsOfFieldsThatOverlapComeBackWhole) {
  const EventSchema overlapping =
      schema_of({{"none", Field::Kind::Unsigned, 1, 0, 16}, {"n", Field::Kind::Signed, 8, 0, 16}});
  BlockBuilder builder;
  for (int i = 0; i < 5; ++i) {
    Bytes record = named("", i);
    record.resize(16);
    put(record, 0x1122334455667788 + i, 8);
    builder.add(i, 0, record, {});
  }
  RowBlock rows;
  ASSERT_EQ(unpack(pack(builder, {overlapping}), rows), RecordStatus::Ok);
  expect_same(builder, rows);
}

TEST(RowBlock, PaddingBehindTheLastValueIsNotKept) {
  BlockBuilder builder;
  for (int i = 0; i < 10; ++i) {
    Bytes record = named("abc", i);
    record.insert(record.end(), 8, 0xee);
    builder.add(1, 0, record, {});
  }
  RowBlock rows;
  ASSERT_EQ(unpack(pack(builder, {kNamed}), rows), RecordStatus::Ok);
  expect_same(builder, rows, 8);
}

TEST(RowBlock, StacksComeBack) {
  BlockBuilder builder;
  builder.add(1, 0, named("a", 1), {});
  builder.add(2, 0, named("a", 2), Stack{~uint64_t{511}, 0x401136, 0x7fffffffe000});
  builder.add(3, 0, named("a", 3), Stack{0x401136});
  builder.add(4, 0, named("a", 4), Stack{~uint64_t{511}, 0x401136, 0x7fffffffe000});
  builder.add(5, 0, named("a", 5), {});
  RowBlock rows;
  ASSERT_EQ(unpack(pack(builder, {kNamed}), rows), RecordStatus::Ok);
  expect_same(builder, rows);
}

TEST(RowBlock, TimesOfAllSizesComeBack) {
  BlockBuilder builder;
  builder.add(0, 0, named("a", 1), {});
  builder.add(0, 0, named("a", 1), {});
  builder.add(~uint64_t{0}, 0, named("a", 1), {});
  RowBlock rows;
  ASSERT_EQ(unpack(pack(builder, {kNamed}), rows), RecordStatus::Ok);
  expect_same(builder, rows);
}

TEST(RowBlock, HeadersThatLieAreReported) {
  BlockBuilder builder;
  for (int i = 0; i < 10; ++i) builder.add(5 + i, 0, named("a", i), {});
  Packed packed = pack(builder, {kNamed});
  RowBlock rows;
  auto with = [&](auto change) {
    Packed lying = packed;
    change(lying.header);
    return unpack(lying, rows);
  };
  EXPECT_EQ(with([](BlockHeader& header) { header.last_ns += 1; }), RecordStatus::BadTime);
  EXPECT_EQ(with([](BlockHeader& header) { header.last_ns -= 1; }), RecordStatus::BadTime);
  EXPECT_NE(with([](BlockHeader& header) { header.count += 1; }), RecordStatus::Ok);
  EXPECT_NE(with([](BlockHeader& header) { header.count -= 1; }), RecordStatus::Ok);
  EXPECT_EQ(with([](BlockHeader& header) { header.count = 0; }), RecordStatus::BadCount);
  EXPECT_EQ(with([](BlockHeader& header) { header.count = kMaxBlockRows + 1; }), RecordStatus::TooLarge);
}

TEST(RowBlock, CutAnywhereIsReported) {
  BlockBuilder builder;
  for (int i = 0; i < 100; ++i)
    builder.add(5 + i * i % 7 + 10 * i, i % 2, named("a" + std::to_string(i), i), Stack{1, 2});
  Packed packed = pack(builder, {kNamed, kNamed});
  RowBlock rows;
  for (size_t size = 0; size < packed.payload.size(); ++size) {
    Packed cut{packed.header,
               Bytes(packed.payload.begin(), packed.payload.begin() + static_cast<ptrdiff_t>(size))};
    EXPECT_NE(unpack(cut, rows), RecordStatus::Ok) << size;
  }
}

// Whatever is wrong: a status, or rows that are all inside the block.
TEST(RowBlock, FlippedBytesAreSurvived) {
  BlockBuilder builder;
  for (int i = 0; i < 200; ++i)
    builder.add(5 + 10 * i, i % 3 != 0, named("a" + std::to_string(i % 9), i), {});
  Packed packed = pack(builder, {kNamed, kNamed});
  std::mt19937 random(9);
  RowBlock rows;
  uint64_t sum = 0;
  for (int i = 0; i < 20000; ++i) {
    Packed flipped = packed;
    for (int flips = 1 + i % 3; flips > 0; --flips)
      flipped.payload[random() % flipped.payload.size()] = static_cast<uint8_t>(random());
    if (unpack(flipped, rows) != RecordStatus::Ok) continue;
    for (size_t row = 0; row < rows.rows(); ++row) {
      for (uint8_t byte : rows.record(row)) sum += byte;
    }
  }
  EXPECT_GT(sum, 0u);
}

TEST(RowBlock, BombsAreRefused) {
  // 131072 rows of a record of 64 KiB would be 8 GiB, from a few bytes.
  ByteWriter out;
  out.u8(0), out.u8(0);          // times: all 0
  out.u8(0), out.u8(0);          // event 0
  out.u8(0);                     // no stacks
  out.u8(0), out.u8(1);          // tasks
  out.varint(1), out.varint(1);  // one group of one event
  out.varint(0), out.varint(1);  // event 0, one segment
  out.u8(2), out.varint(60000);  // bytes
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Columns);
  header.count = kMaxBlockRows;
  RowBlock rows;
  EXPECT_EQ(unpack({header, Bytes(out.view().begin(), out.view().end())}, rows), RecordStatus::TooLarge);
}

// Two columns of 64 texts that are 256 KiB long each and take two bytes for 64.
TEST(RowBlock, TextsThatUnpackToMoreThanABlockAreRefused) {
  constexpr uint32_t kRows = 64;
  constexpr uint32_t kLength = kMaxBlockBytes / kRows;
  ByteWriter out;
  out.u8(0), out.u8(0);          // times: all 0
  out.u8(0), out.u8(0);          // event 0
  out.u8(0);                     // no stacks
  out.u8(0), out.u8(1);          // tasks
  out.varint(1), out.varint(1);  // one group of one event
  out.varint(0), out.varint(2);  // event 0, two parts
  out.u8(3), out.u8(3);          // dynamic
  for (int part = 0; part < 2; ++part) {
    out.varint(kRows);
    out.u8(0), out.varint(kLength);  // all of one length
    out.u8(1);                       // transposed
    for (uint32_t at = 0; at < kLength; ++at) out.u8(0), out.u8('a');
    out.u8(0), out.u8(0);  // each row the next text
  }
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Columns);
  header.count = kRows;
  RowBlock rows;
  EXPECT_EQ(unpack({header, Bytes(out.view().begin(), out.view().end())}, rows), RecordStatus::TooLarge);
}

// Format 1: rows.
Bytes old_row(uint8_t delta, uint8_t number, const Bytes& record) {
  Bytes row = {delta, number, static_cast<uint8_t>(record.size())};
  row.insert(row.end(), record.begin(), record.end());
  return row;
}

BlockHeader old_header(uint32_t count, uint64_t first_ns, uint64_t last_ns) {
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Records);
  header.count = count;
  header.first_ns = first_ns;
  header.last_ns = last_ns;
  return header;
}

TEST(RowBlock, RowsOfFormat1ComeBack) {
  Bytes payload = old_row(0, 4, {1, 2});
  Bytes second = old_row(10, 5, {});
  payload.insert(payload.end(), second.begin(), second.end());
  RowBlock rows;
  ASSERT_EQ(unpack({old_header(2, 500, 510), payload}, rows), RecordStatus::Ok);
  ASSERT_EQ(rows.rows(), 2u);
  EXPECT_EQ(rows.time(1), 510u);
  EXPECT_EQ(rows.number(0), 4u);
  EXPECT_EQ(Bytes(rows.record(0).begin(), rows.record(0).end()), (Bytes{1, 2}));
  EXPECT_TRUE(rows.record(1).empty());
}

TEST(RowBlock, FaultsOfFormat1AreReported) {
  RowBlock rows;
  auto status = [&](BlockHeader header, const Bytes& payload) { return unpack({header, payload}, rows); };
  EXPECT_EQ(status(old_header(1, 5, 5), {0, 0, 3, 'a', 'b'}), RecordStatus::CutRecord);
  EXPECT_EQ(status(old_header(1, 5, 5), {0, 0}), RecordStatus::CutRecord);
  EXPECT_EQ(status(old_header(1, 5, 5), Bytes(20, 0xff)), RecordStatus::CutRecord);
  EXPECT_EQ(status(old_header(1, 5, 5), {0, 0, 0x81, 0x80, 4}), RecordStatus::TooLong);
  EXPECT_EQ(status(old_header(1, 5, 5), {0, 0x80, 0x80, 4, 0}), RecordStatus::BadEventNumber);
  EXPECT_EQ(status(old_header(1, ~uint64_t{0}, ~uint64_t{0}), {1, 0, 0}), RecordStatus::BadTime);
  EXPECT_EQ(status(old_header(1, 5, 6), {0, 0, 0}), RecordStatus::BadTime);
  EXPECT_EQ(status(old_header(1, 5, 5), {0, 0, 0, 0, 0, 0}), RecordStatus::BadCount);
}

}  // namespace
}  // namespace uproar
