#include "capture/bpf/bpf_records.h"

#include <gtest/gtest.h>

#include <cstring>

#include "event/record_decoder.h"
#include "support/collecting_sink.h"

namespace uproar {
namespace {

constexpr uint32_t kHead = sizeof(uproar_record);

// One definition with a number, whose second place slid by 4 bytes; another one of the same event behind it.
BpfEvents made_events() {
  BpfEvents events;
  BpfEventCode code;
  code.layout.schema.fields = {{"a", Field::Kind::Unsigned, 8, 0, 16},
                               {"__place", Field::Kind::Unsigned, 4, 0, 24}};
  code.layout.fields = {{BpfField::Kind::Number, kHead, 0}, {BpfField::Kind::Place, 0, 0}};
  code.layout.fixed_bytes = kHead + 8;
  events.made.events = {code, code};
  events.made.set_events = {0, 1};
  events.events.resize(1);
  events.codes = {{0, 0, {0, 4}}, {0, 2, {0}}};
  return events;
}

std::vector<uint8_t> made_record(uint64_t time, uint32_t cpu, uint64_t cookie, uint64_t value) {
  uproar_record head{};
  head.time = time;
  head.pid_tgid = 42;
  head.cookie = cookie;
  head.ip = 0x1004;
  head.cpu = cpu;
  head.length = kHead + 8;
  std::vector<uint8_t> bytes(head.length);
  std::memcpy(bytes.data(), &head, sizeof head);
  std::memcpy(bytes.data() + kHead, &value, sizeof value);
  return bytes;
}

class BpfRecordsTest : public ::testing::Test {
 protected:
  void take(BpfRecords& records, const std::vector<std::vector<uint8_t>>& ring) {
    std::vector<std::span<const uint8_t>> spans(ring.begin(), ring.end());
    ASSERT_TRUE(records.take(spans).ok());
  }
  Event decoded(size_t i) {
    Event event;
    EXPECT_EQ(decode_record(events_.made.events[0].layout.schema, sink_.records[i].bytes, event),
              DecodeStatus::Ok);
    return event;
  }

  BpfEvents events_ = made_events();
  test::CollectingSink sink_;
};

TEST_F(BpfRecordsTest, PlacesAreCountedOverAllDefinitionsOfTheName) {
  BpfRecords records(events_, {}, sink_);
  take(records, {made_record(1, 0, UPROAR_COOKIE(0, 1), 7), made_record(2, 0, UPROAR_COOKIE(1, 0), 8)});
  ASSERT_EQ(sink_.records.size(), 2U);
  EXPECT_EQ(decoded(0).values[0].bits, 7U);
  EXPECT_EQ(decoded(0).values[1].bits, 1U);
  EXPECT_EQ(decoded(1).values[1].bits, 2U);
  EXPECT_EQ(records.recorded(), (std::vector<uint64_t>{1, 1}));
}

TEST_F(BpfRecordsTest, TheAddressIsThatOfThePlaceThatWasAskedFor) {
  BpfRecords records(events_, {}, sink_);
  take(records, {made_record(1, 0, UPROAR_COOKIE(0, 0), 7), made_record(2, 0, UPROAR_COOKIE(0, 1), 8)});
  EXPECT_EQ(decoded(0).ip, 0x1004U);
  EXPECT_EQ(decoded(1).ip, 0x1000U);
}

TEST_F(BpfRecordsTest, EachCpusRecordsComeInTheOrderOfTime) {
  BpfRecords records(events_, {}, sink_);
  take(records, {made_record(5, 0, 0, 1), made_record(3, 1, 0, 2), made_record(4, 0, 0, 3)});
  ASSERT_EQ(sink_.records.size(), 3U);
  EXPECT_EQ(sink_.records[1].time_ns, 4U);
  EXPECT_EQ(sink_.records[2].time_ns, 5U);
}

TEST_F(BpfRecordsTest, OtherCpusAreLeftOut) {
  BpfRecords records(events_, {1}, sink_);
  take(records, {made_record(1, 0, 0, 1), made_record(2, 1, 0, 2), made_record(3, 7, 0, 3)});
  ASSERT_EQ(sink_.records.size(), 1U);
  EXPECT_EQ(sink_.records[0].cpu, 1U);
  EXPECT_EQ(records.arrived()[0], 3U);
  EXPECT_EQ(records.recorded()[0], 1U);
}

TEST_F(BpfRecordsTest, WhatMakesNoSenseIsCountedAndPassedOver) {
  BpfRecords records(events_, {}, sink_);
  auto short_one = made_record(1, 0, 0, 1);
  short_one.pop_back();
  take(records, {short_one,
                 {},
                 made_record(2, 0, UPROAR_COOKIE(9, 0), 1),
                 made_record(2, ~uint32_t{0}, 0, 1),
                 made_record(3, 0, 0, 5)});
  EXPECT_EQ(sink_.records.size(), 1U);
  EXPECT_EQ(records.broken(), 4U);
  EXPECT_EQ(records.fault(), BpfRecordStatus::UnknownEvent);
}

TEST_F(BpfRecordsTest, TheSinksErrorIsPassedOn) {
  sink_.full = true;
  BpfRecords records(events_, {}, sink_);
  const auto record = made_record(1, 0, 0, 1);
  const std::span<const uint8_t> one(record);
  EXPECT_FALSE(records.take(std::span(&one, 1)).ok());
}

}  // namespace
}  // namespace uproar
