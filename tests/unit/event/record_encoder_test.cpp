#include "event/record_encoder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "event/record_decoder.h"
#include "support/shown_arguments.h"

namespace uproar {
namespace {

using Kind = Field::Kind;
using Shape = TextValue::Shape;

TextEvent event_with(std::vector<TextArgument> arguments) {
  TextEvent event;
  event.event = "ev";
  event.tid = 4321;
  event.flags = 0xff;
  event.preempt_count = 1;
  event.ip = 0x55c19a8611b9;
  event.arguments = std::move(arguments);
  return event;
}

TextArgument one(const std::string& name, TextValue value) {
  return {name, false, {std::move(value)}};
}
TextValue number(Shape shape, uint64_t bits) {
  return {shape, bits, {}};
}
TextValue text(std::string value) {
  return {Shape::String, 0, std::move(value)};
}
TextValue fault() {
  return {Shape::Fault, 0, {}};
}

void expect_round_trip(const TextEvent& event, const EventSchema& schema) {
  ASSERT_TRUE(fits(event, schema));
  std::vector<uint8_t> record(3, 0xee);  // what was in the buffer does not matter
  encode_record(event, schema, record);
  Event decoded;
  ASSERT_EQ(decode_record(schema, record, decoded), DecodeStatus::Ok);
  EXPECT_EQ(decoded.tid, event.tid);
  EXPECT_EQ(decoded.flags, event.flags);
  EXPECT_EQ(decoded.preempt_count, event.preempt_count);
  EXPECT_EQ(decoded.ip, event.ip);
  EXPECT_EQ(decoded.return_ip, event.return_ip);
  size_t next = 0;
  for (const TextArgument& argument : event.arguments) {
    for (const TextValue& value : argument.values) {
      ASSERT_LT(next, decoded.values.size());
      const Value& got = decoded.values[next++];
      EXPECT_EQ(got.bits, value.bits) << argument.name;
      EXPECT_EQ(got.text, value.text) << argument.name;
      EXPECT_EQ(got.fault, value.shape == Shape::Fault) << argument.name;
    }
  }
  EXPECT_EQ(next, decoded.values.size());
}

TEST(RecordEncoder, SchemaHoldsWhatTheTextShows) {
  const EventSchema schema =
      schema_of(event_with({one("d", number(Shape::Decimal, 5)),
                            one("m", number(Shape::NegativeDecimal, ~uint64_t{0})),
                            one("big", number(Shape::Decimal, uint64_t{1} << 63)),
                            one("x", number(Shape::Hex, 1)),
                            one("c", number(Shape::Char, 'a')),
                            one("s", text("hi")),
                            one("f", fault()),
                            {"l", true, {fault(), text("b")}},
                            {"a", true, {number(Shape::Decimal, 1), number(Shape::NegativeDecimal, 0)}}}),
                "grp");
  EXPECT_EQ(schema.full_name(), "grp:ev");
  EXPECT_FALSE(schema.is_return);
  EXPECT_TRUE(schema.has_ip);
  const struct {
    Kind kind;
    int size;
    int count;
    uint32_t offset;
  } rows[] = {{Kind::Signed, 8, 0, 16}, {Kind::Signed, 8, 0, 24}, {Kind::Unsigned, 8, 0, 32},
              {Kind::Hex, 8, 0, 40},    {Kind::Char, 1, 0, 48},   {Kind::String, 4, 0, 49},
              {Kind::String, 4, 0, 53}, {Kind::String, 4, 2, 57}, {Kind::Signed, 8, 2, 65}};
  ASSERT_EQ(schema.fields.size(), std::size(rows));
  for (size_t i = 0; i < std::size(rows); ++i) {
    EXPECT_EQ(schema.fields[i].kind, rows[i].kind) << i;
    EXPECT_EQ(schema.fields[i].size, rows[i].size) << i;
    EXPECT_EQ(schema.fields[i].count, rows[i].count) << i;
    EXPECT_EQ(schema.fields[i].offset, rows[i].offset) << i;
  }
}

TEST(RecordEncoder, ReturnAndPlainEventsHaveTheirOwnHeaders) {
  TextEvent event = event_with({one("n", number(Shape::Decimal, 7))});
  event.is_return = true;
  event.return_ip = 0x1234;
  EXPECT_EQ(schema_of(event, "g").fields[0].offset, 24U);
  expect_round_trip(event, schema_of(event, "g"));
  event.is_return = false;
  event.has_ip = false;
  event.ip = event.return_ip = 0;
  EXPECT_EQ(schema_of(event, "g").fields[0].offset, 8U);
  expect_round_trip(event, schema_of(event, "g"));
}

TEST(RecordEncoder, KernelTypeIsInTheRecord) {
  EventSchema schema = schema_of(event_with({}), "g");
  schema.kernel_type = 2326;
  std::vector<uint8_t> record;
  encode_record(event_with({}), schema, record);
  CommonHeader header;
  ASSERT_TRUE(read_common_header(record, header));
  EXPECT_EQ(header.type, 2326);
  EXPECT_EQ(record.size(), 16U);
}

// The kernel prints no NUL: its strings end there.
TEST(RecordEncoder, StringsKeepEveryByteButNul) {
  using namespace std::string_literals;
  for (const std::string& bytes : {""s, "a"s, "\xff\n\""s, std::string(60000, 'x')}) {
    const TextEvent event = event_with({one("s", text(bytes)), one("f", fault())});
    expect_round_trip(event, schema_of(event, "g"));
  }
}

TEST(RecordEncoder, FitsUnderTheKernelsSchema) {
  EventSchema schema;
  schema.name = "ev";
  schema.fields = {{"b", Kind::Signed, 1, 0, 16},
                   {"s", Kind::String, 4, 0, 17},
                   {"a", Kind::Hex, 2, 2, 21},
                   {"comm", Kind::FixedString, 1, 4, 25}};
  expect_round_trip(event_with({one("b", number(Shape::NegativeDecimal, static_cast<uint64_t>(-128))),
                                one("s", text("hi")),
                                {"a", true, {number(Shape::Hex, 0xffff), number(Shape::Hex, 0)}},
                                one("comm", text("full"))}),
                    schema);
}

class FitsNot : public testing::Test {
 protected:
  EventSchema schema_ =
      schema_of(event_with({one("n", number(Shape::Decimal, 5)), one("s", text("x"))}), "g");
};

TEST_F(FitsNot, OtherNames) {
  EXPECT_TRUE(
      fits(event_with({one("n", number(Shape::NegativeDecimal, ~uint64_t{0})), one("s", fault())}), schema_));
  EXPECT_FALSE(fits(event_with({one("m", number(Shape::Decimal, 5)), one("s", text("x"))}), schema_));
  EXPECT_FALSE(fits(event_with({one("n", number(Shape::Decimal, 5))}), schema_));
  schema_.name = "other";
  EXPECT_FALSE(fits(event_with({one("n", number(Shape::Decimal, 5)), one("s", text("x"))}), schema_));
}

TEST_F(FitsNot, OtherKindsOrCounts) {
  EXPECT_FALSE(fits(event_with({one("n", number(Shape::Hex, 5)), one("s", text("x"))}), schema_));
  EXPECT_FALSE(
      fits(event_with({one("n", number(Shape::Decimal, uint64_t{1} << 63)), one("s", text("x"))}), schema_));
  EXPECT_FALSE(fits(event_with({one("n", fault()), one("s", text("x"))}), schema_));
  EXPECT_FALSE(fits(event_with({{"n", true, {number(Shape::Decimal, 5)}}, one("s", text("x"))}), schema_));
  EXPECT_FALSE(
      fits(event_with({one("n", number(Shape::Decimal, 5)), one("s", number(Shape::Decimal, 5))}), schema_));
  TextEvent returning = event_with({one("n", number(Shape::Decimal, 5)), one("s", text("x"))});
  returning.is_return = true;
  EXPECT_FALSE(fits(returning, schema_));
}

TEST_F(FitsNot, RecordsThatDataLocCannotReach) {
  EXPECT_FALSE(fits(
      event_with({one("n", number(Shape::Decimal, 5)), one("s", text(std::string(65536, 'x')))}), schema_));
  schema_.fields[0].offset = 0xfffffff0;
  EXPECT_FALSE(fits(event_with({one("n", number(Shape::Decimal, 5)), one("s", text("x"))}), schema_));
}

// A line as the kernel prints it, made of random values, with strings that must not be taken apart.
class RandomLine {
 public:
  explicit RandomLine(unsigned seed) : random_(seed) {}

  std::string next() {
    const bool is_return = pick(2) == 0;
    std::string line = "            bash-4321    [001] DBZff  1420.721904: ev: ";
    line += is_return ? "(0x1111 <- 0x2222)" : "(0x3333)";
    const unsigned count = pick(6);
    for (unsigned i = 0; i < count; ++i) line += " a" + std::to_string(i) + "=" + argument();
    return line;
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  std::string argument() {
    const unsigned shape = pick(5);
    if (pick(3) != 0) return value(shape);
    std::string out(1, '{');
    out.append(value(shape));
    for (unsigned i = pick(4); i > 0; --i) out.append(",").append(value(shape));
    return out + "}";
  }
  std::string value(unsigned shape) {
    char hex[32];
    switch (shape) {
      case 0:
        return std::to_string(static_cast<int64_t>(random_() >> pick(64)));
      case 1:
        return std::to_string((random_() >> 1) >> pick(63));
      case 2:
        std::snprintf(hex, sizeof hex, "0x%llx", static_cast<unsigned long long>(random_() >> pick(64)));
        return hex;
      case 3:
        return std::string("'") + static_cast<char>(pick(256)) + "'";
      default:
        return pick(4) == 0 ? "(fault)" : std::string(1, '"').append(bytes()).append("\"");
    }
  }
  std::string bytes() {
    constexpr std::string_view kLetters = "ab =\n{}(),;'0\xff\x1b";
    std::string out;
    for (unsigned i = pick(12); i > 0; --i) out += kLetters[pick(kLetters.size())];
    return out;
  }

  std::mt19937_64 random_;
};

TEST(RecordEncoder, TextToRecordAndBackGivesTheSameValues) {
  RandomLine lines(20240607);
  for (int i = 0; i < 3000; ++i) {
    const std::string line = lines.next();
    SCOPED_TRACE(line);
    const TextLine parsed = parse_trace_line(line, {});
    ASSERT_EQ(parsed.kind, TextLine::Kind::Event);
    const EventSchema schema = schema_of(parsed.event, "g");
    expect_round_trip(parsed.event, schema);
    // With the schema just made the same line is read alike.
    const TextLine again = parse_trace_line(line, {&schema});
    ASSERT_EQ(again.kind, TextLine::Kind::Event);
    ASSERT_EQ(shown_arguments(again.event.arguments), shown_arguments(parsed.event.arguments));
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace uproar
