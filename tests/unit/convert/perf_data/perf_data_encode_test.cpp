#include "convert/perf_data/perf_data_encode.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

uint64_t number(const ByteWriter& bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | bytes.view()[at + i];
  return value;
}

TEST(PerfDataEncode, HeaderSaysHowLongTheRecordIs) {
  ByteWriter out;
  const std::vector<uint8_t> body(16, 1);
  ASSERT_TRUE(append_perf_record(PerfRecordType::Lost, body, out));
  ASSERT_EQ(out.size(), 8 + body.size());
  EXPECT_EQ(number(out, 0, 4), static_cast<uint32_t>(PerfRecordType::Lost));
  EXPECT_EQ(number(out, 6, 2), out.size());
}

TEST(PerfDataEncode, RecordThatIsTooLongIsRefusedAndLeavesNothing) {
  ByteWriter out;
  EXPECT_FALSE(append_perf_record(PerfRecordType::Lost, std::vector<uint8_t>(65'536), out));
  EXPECT_FALSE(append_perf_sample({}, 0, false, {}, std::vector<uint8_t>(65'536), out));
  EXPECT_FALSE(append_perf_sample({}, 0, true, std::vector<uint64_t>(9'000), {}, out));
  EXPECT_TRUE(out.empty());
}

TEST(PerfDataEncode, LossHoldsItsEventAndItsCount) {
  ByteWriter out;
  PerfStamp stamp;
  stamp.id = 7;
  ASSERT_TRUE(append_perf_lost(stamp, 1234, out));
  EXPECT_EQ(number(out, 8, 8), 7u);
  EXPECT_EQ(number(out, 16, 8), 1234u);
  EXPECT_EQ(number(out, 6, 2), out.size());
}

TEST(PerfDataEncode, TextsEndWithANulAndArePadded) {
  for (const size_t length : {0u, 1u, 63u, 64u, 65u}) {
    ByteWriter out;
    append_perf_text(std::string(length, 'x'), out);
    const uint64_t padded = number(out, 0, 4);
    EXPECT_EQ(out.size(), 4 + padded);
    EXPECT_EQ(padded % 64, 0u);
    ASSERT_GT(padded, length);
    EXPECT_EQ(out.view()[4 + length], 0);
  }
  ByteWriter out;
  append_perf_text(std::string_view("ab\0cd", 5), out);
  EXPECT_EQ(out.view()[4 + 2], 0) << "a NUL ends it";
  EXPECT_EQ(out.view()[4 + 3], 0);
}

TEST(PerfDataEncode, ClocksThatPerfKnows) {
  SessionInfo session;
  session.clock = "mono";
  EXPECT_EQ(perf_clock_of(session), 1);
  session.clock = "boot";
  EXPECT_EQ(perf_clock_of(session), 7);
  session.clock = "text";
  EXPECT_EQ(perf_clock_of(session), -1);
}

}  // namespace
}  // namespace uproar
