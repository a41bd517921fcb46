// The bounds are those that perf 6.1 prints with -v for the same texts.
#include "select/time_choice.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr uint64_t kFirst = 100'000'000'000;
constexpr uint64_t kLast = 100'000'001'000;

std::string ranges(std::string_view text, bool relative = false) {
  auto parsed = parse_time_choice(text, kFirst, kLast, relative);
  if (!parsed.ok()) return parsed.error().message;
  std::string out;
  for (const TimeRange& range : *parsed) {
    out += "[" + std::to_string(range.first_ns) + "," +
           (range.last_ns == UINT64_MAX ? "end" : std::to_string(range.last_ns)) + "]";
  }
  return out;
}

TEST(TimeChoice, SecondsWithUpToNineDecimals) {
  EXPECT_EQ(ranges("1,2"), "[1000000000,2000000000]");
  EXPECT_EQ(ranges("1.5,2.000000001"), "[1500000000,2000000001]");
  EXPECT_EQ(ranges("1.,2"), "[1000000000,2000000000]");
}

TEST(TimeChoice, EndsMayBeOpen) {
  EXPECT_EQ(ranges("1,"), "[1000000000,end]");
  EXPECT_EQ(ranges(",2"), "[0,2000000000]");
  EXPECT_EQ(ranges(","), "[0,end]");
  EXPECT_EQ(ranges("1,0"), "[1000000000,end]");
}

TEST(TimeChoice, SeveralStretches) {
  EXPECT_EQ(ranges("1,2 3,4"), "[1000000000,2000000000][3000000000,4000000000]");
  EXPECT_EQ(ranges("  1,2   3, "), "[1000000000,2000000000][3000000000,end]");
}

TEST(TimeChoice, RelativeToTheFirst) {
  EXPECT_EQ(ranges("0.000000100,0.000000200", true), "[100000000100,100000000200]");
  EXPECT_EQ(ranges(",0.000000200", true), "[0,100000000200]");
}

TEST(TimeChoice, Shares) {
  EXPECT_EQ(ranges("10%"), "[100000000000,100000000099]");
  EXPECT_EQ(ranges("10%/2"), "[100000000100,100000000199]");
  EXPECT_EQ(ranges("10%/10"), "[100000000900,100000001000]");
  EXPECT_EQ(ranges("10%/1,10%/3"), "[100000000000,100000000099][100000000200,100000000299]");
  EXPECT_EQ(ranges("0%-10%,30%-40%"), "[100000000000,100000000099][100000000300,100000000399]");
  EXPECT_EQ(ranges("0%-100%"), "[100000000000,100000001000]");
}

TEST(TimeChoice, OverlappingSharesAreOne) {
  EXPECT_EQ(ranges("10%-30%,0%-20%"), "[100000000000,100000000299]");
}

TEST(TimeChoice, SharesThatEndBeforeTheyBeginHoldNothing) {
  EXPECT_EQ(ranges("30%-10%"), "[18446744073709551615,end]");
  EXPECT_EQ(ranges("30%-10%,0%-20%"), "[100000000000,100000000199]");
}

TEST(TimeChoice, BlanksAroundShares) {
  EXPECT_EQ(ranges(" 10% "), "[100000000000,100000000099]");
  EXPECT_EQ(ranges("0%-10%, 30%-40%"), "[100000000000,100000000099][100000000300,100000000399]");
}

TEST(TimeChoice, NonsenseIsRefused) {
  for (const char* text : {"5", "x,", "2,1", "1,3 2,4", "1.0000000001,", "-1,2", "101%/1", "10%/0", "10%/11",
                           "0%-110%", "10", "%", "10%/x", "1,2,3", "99999999999999999999,", ""}) {
    EXPECT_EQ(ranges(text), "Invalid time string " + std::string(text));
  }
}

}  // namespace
}  // namespace uproar
