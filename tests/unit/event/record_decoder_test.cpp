#include "event/record_decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "base/byte_writer.h"

namespace uproar {
namespace {

using Kind = Field::Kind;

ByteWriter entry_record() {
  ByteWriter out;
  out.u16(7);
  out.u8(0xff);
  out.u8(0xfe);
  out.u32(4321);
  out.u64(0x55c19a8611b9);
  return out;
}

EventSchema schema_with(std::vector<Field> fields) {
  EventSchema schema;
  schema.group = "g";
  schema.name = "e";
  schema.fields = std::move(fields);
  return schema;
}

uint32_t located(uint32_t offset, uint32_t length) {
  return length << 16 | offset;
}

TEST(Decoder, CommonHeaderIsRead) {
  CommonHeader header;
  ASSERT_TRUE(read_common_header(entry_record().view(), header));
  EXPECT_EQ(header.type, 7);
  EXPECT_EQ(header.flags, 0xff);
  EXPECT_EQ(header.preempt_count, 0xfe);
  EXPECT_EQ(header.tid, 4321);
  EXPECT_FALSE(read_common_header(entry_record().view().first(7), header));
}

TEST(Decoder, EntryRecordHasItsAddress) {
  const EventSchema schema = schema_with({});
  Event event;
  event.cpu = 3;
  event.time_ns = 99;
  ASSERT_EQ(decode_record(schema, entry_record().view(), event), DecodeStatus::Ok);
  EXPECT_EQ(event.ip, 0x55c19a8611b9U);
  EXPECT_EQ(event.return_ip, 0U);
  EXPECT_EQ(event.tid, 4321);
  EXPECT_EQ(event.flags, 0xff);
  EXPECT_EQ(event.preempt_count, 0xfe);
  EXPECT_EQ(event.schema, &schema);
  EXPECT_EQ(event.cpu, 3U);  // the caller's
  EXPECT_EQ(event.time_ns, 99U);
}

TEST(Decoder, ReturnRecordHasTheFunctionFirst) {
  EventSchema schema = schema_with({});
  schema.is_return = true;
  ByteWriter record = entry_record();
  record.u64(0x1234);
  Event event;
  ASSERT_EQ(decode_record(schema, record.view(), event), DecodeStatus::Ok);
  EXPECT_EQ(event.ip, 0x55c19a8611b9U);
  EXPECT_EQ(event.return_ip, 0x1234U);
}

TEST(Decoder, EventThatIsNoUprobeHasNoAddress) {
  EventSchema schema = schema_with({{"pid", Kind::Signed, 4, 0, 8}});
  schema.has_ip = false;
  Event event;
  ASSERT_EQ(decode_record(schema, entry_record().view(), event), DecodeStatus::Ok);
  EXPECT_EQ(event.ip, 0U);
  EXPECT_EQ(event.values.size(), 1U);
}

TEST(Decoder, NumbersAreExtendedByTheirKind) {
  ByteWriter record = entry_record();
  record.u64(0xfffefdfcfbfaf9f8);
  const struct {
    Kind kind;
    uint8_t size;
    uint64_t expected;
  } rows[] = {{Kind::Unsigned, 1, 0xf8},
              {Kind::Unsigned, 2, 0xf9f8},
              {Kind::Hex, 4, 0xfbfaf9f8},
              {Kind::Unsigned, 8, 0xfffefdfcfbfaf9f8},
              {Kind::Char, 1, 0xf8},
              {Kind::Signed, 1, 0xfffffffffffffff8},
              {Kind::Signed, 2, 0xfffffffffffff9f8},
              {Kind::Signed, 4, 0xfffffffffbfaf9f8},
              {Kind::Signed, 8, 0xfffefdfcfbfaf9f8}};
  for (const auto& row : rows) {
    const EventSchema schema = schema_with({{"v", row.kind, row.size, 0, 16}});
    Event event;
    ASSERT_EQ(decode_record(schema, record.view(), event), DecodeStatus::Ok);
    EXPECT_EQ(event.values.at(0).bits, row.expected) << int{row.size};
    EXPECT_FALSE(event.values.at(0).fault);
  }
}

TEST(Decoder, ArrayGivesOneValueAnElement) {
  ByteWriter record = entry_record();
  record.u8(9);  // packed: the array is not aligned
  record.u16(1);
  record.u16(0xfffe);
  const EventSchema schema = schema_with({{"b", Kind::Unsigned, 1, 0, 16}, {"a", Kind::Signed, 2, 2, 17}});
  Event event;
  ASSERT_EQ(decode_record(schema, record.view(), event), DecodeStatus::Ok);
  ASSERT_EQ(event.values.size(), 3U);
  EXPECT_EQ(event.values[1].bits, 1U);
  EXPECT_EQ(static_cast<int64_t>(event.values[2].bits), -2);
}

class DecoderStrings : public testing::Test {
 protected:
  // One string field; `tail` stands behind its word at offset 20.
  DecodeStatus decode(uint32_t word, std::string_view tail) {
    record_ = entry_record();
    record_.u32(word);
    record_.bytes({reinterpret_cast<const uint8_t*>(tail.data()), tail.size()});
    return decode_record(schema_, record_.view(), event_);
  }

  EventSchema schema_ = schema_with({{"s", Kind::String, 4, 0, 16}});
  ByteWriter record_;
  Event event_;
};

TEST_F(DecoderStrings, EndsAtItsFirstNul) {
  using namespace std::string_view_literals;
  ASSERT_EQ(decode(located(20, 6), "hello\0"sv), DecodeStatus::Ok);
  EXPECT_EQ(event_.values[0].text, "hello");
  ASSERT_EQ(decode(located(20, 4), "ab\0\0"sv), DecodeStatus::Ok);
  EXPECT_EQ(event_.values[0].text, "ab");
  ASSERT_EQ(decode(located(20, 1), "\0"sv), DecodeStatus::Ok);
  EXPECT_EQ(event_.values[0].text, "");
  EXPECT_FALSE(event_.values[0].fault);
}

TEST_F(DecoderStrings, WithoutNulIsWhole) {
  ASSERT_EQ(decode(located(20, 3), "abc"), DecodeStatus::Ok);
  EXPECT_EQ(event_.values[0].text, "abc");
  EXPECT_FALSE(event_.values[0].cut);
}

TEST_F(DecoderStrings, LengthZeroIsAFault) {
  ASSERT_EQ(decode(located(20, 0), "x"), DecodeStatus::Ok);
  EXPECT_TRUE(event_.values[0].fault);
  EXPECT_EQ(event_.values[0].text, "");
  ASSERT_EQ(decode(located(65535, 0), ""), DecodeStatus::Ok);  // wherever it claims to be
  EXPECT_TRUE(event_.values[0].fault);
}

TEST_F(DecoderStrings, StringOutsideRecordIsReportedAndAFault) {
  for (const uint32_t word :
       {located(20, 4), located(24, 1), located(65535, 1), located(0, 65535), located(65535, 65535)}) {
    EXPECT_EQ(decode(word, "abc"), DecodeStatus::StringOutsideRecord);
    EXPECT_TRUE(event_.values[0].fault);
    EXPECT_EQ(event_.values[0].text, "");
  }
}

TEST_F(DecoderStrings, FieldsBehindAStringOutsideTheRecordAreStillRead) {
  schema_.fields = {{"s", Kind::String, 4, 0, 16}, {"n", Kind::Unsigned, 2, 0, 20}};
  EXPECT_EQ(decode(located(60000, 9), "\x05\x01"), DecodeStatus::StringOutsideRecord);
  EXPECT_EQ(event_.values.at(1).bits, 0x105U);
}

TEST_F(DecoderStrings, ArrayElementsAreIndependent) {
  schema_.fields = {{"s", Kind::String, 4, 2, 16}};
  const std::string tail = {24, 0, 2, 0, 'x', 0};
  ASSERT_EQ(decode(located(0, 0), tail), DecodeStatus::Ok);
  EXPECT_TRUE(event_.values.at(0).fault);
  EXPECT_EQ(event_.values.at(1).text, "x");
}

TEST(Decoder, FixedStringStopsAtNulOrItsEnd) {
  ByteWriter record = entry_record();
  for (const char c : std::string("ab\0cfull", 8)) record.u8(static_cast<uint8_t>(c));
  const EventSchema schema = schema_with({{"a", Kind::FixedString, 1, 4, 16},
                                          {"b", Kind::FixedString, 1, 4, 20},
                                          {"c", Kind::FixedString, 1, 0, 24}});
  Event event;
  ASSERT_EQ(decode_record(schema, record.view(), event), DecodeStatus::Ok);
  EXPECT_EQ(event.values.at(0).text, "ab");
  EXPECT_EQ(event.values.at(1).text, "full");
  EXPECT_EQ(event.values.at(2).text, "");
}

TEST(Decoder, RecordShorterThanHeaderIsReported) {
  EventSchema schema = schema_with({});
  Event event;
  for (size_t size = 0; size < 16; ++size) {
    EXPECT_EQ(decode_record(schema, entry_record().view().first(size), event),
              DecodeStatus::RecordShorterThanHeader);
  }
  schema.is_return = true;
  EXPECT_EQ(decode_record(schema, entry_record().view(), event), DecodeStatus::RecordShorterThanHeader);
}

TEST(Decoder, TruncatedRecordIsReported) {
  ByteWriter record = entry_record();
  record.u32(42);
  record.u8(1);
  const EventSchema schema =
      schema_with({{"whole", Kind::Unsigned, 4, 0, 16}, {"cut", Kind::Unsigned, 2, 0, 20}});
  Event event;
  EXPECT_EQ(decode_record(schema, record.view(), event), DecodeStatus::RecordShorterThanFields);
  EXPECT_EQ(event.values.at(0).bits, 42U);
  EXPECT_TRUE(event.values.at(1).fault);
}

TEST(Decoder, SchemaOutOfADamagedFileIsHarmless) {
  Event event;
  for (const Field& field :
       {Field{"a", Kind::Hex, 8, 65535, 0xffffffff}, Field{"b", Kind::String, 1, 9, 16},
        Field{"c", Kind::FixedString, 0, 65535, 0xfffffff0}, Field{"d", Kind::Signed, 3, 1, 8},
        Field{"e", Kind::Unsigned, 0, 100, 16}, Field{"f", static_cast<Kind>(77), 8, 0, 8}}) {
    const EventSchema schema = schema_with({field});
    decode_record(schema, entry_record().view(), event);
    EXPECT_EQ(event.values.size(), field.values());
  }
}

TEST(Decoder, AUsedEventLosesItsOldValues) {
  Event event;
  event.values.resize(5);
  event.values[0].text = "old";
  event.values[0].fault = event.values[0].cut = true;
  ByteWriter record = entry_record();
  record.u32(42);
  const EventSchema schema = schema_with({{"v", Kind::Unsigned, 4, 0, 16}});
  ASSERT_EQ(decode_record(schema, record.view(), event), DecodeStatus::Ok);
  ASSERT_EQ(event.values.size(), 1U);
  EXPECT_EQ(event.values[0].text, "");
  EXPECT_FALSE(event.values[0].fault);
  EXPECT_FALSE(event.values[0].cut);
}

TEST(Decoder, AUsedEventDoesNotAllocate) {
  const EventSchema many = schema_with({{"a", Kind::Unsigned, 1, 8, 8}});
  const EventSchema none = schema_with({});
  Event event;
  ASSERT_EQ(decode_record(many, entry_record().view(), event), DecodeStatus::Ok);
  const Value* memory = event.values.data();
  ASSERT_EQ(decode_record(none, entry_record().view(), event), DecodeStatus::Ok);
  ASSERT_EQ(decode_record(many, entry_record().view(), event), DecodeStatus::Ok);
  EXPECT_EQ(event.values.data(), memory);
}

}  // namespace
}  // namespace uproar
