#include "replay/styles/line_start.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <vector>

namespace uproar {
namespace {

class LineStartTest : public testing::Test {
 protected:
  static std::string written(LineStart& start, const LineMoment& moment, bool padded = true) {
    std::vector<char> room(start.room(moment.comm));
    const char* end = start.write(moment, padded, room.data());
    return {room.data(), static_cast<size_t>(end - room.data())};
  }
  static std::string written(const LineStart::Options& options, const LineMoment& moment,
                             bool padded = true) {
    LineStart start(options);
    return written(start, moment, padded);
  }
  static LineMoment bash() {
    LineMoment moment;
    moment.comm = "bash";
    moment.pid = 1849;
    moment.tid = 1850;
    moment.cpu = 1;
    moment.time_ns = moment.shown_ns = 5779'799'266'123;
    return moment;
  }
};

TEST_F(LineStartTest, IsThatOfPerf) {
  EXPECT_EQ(written({}, bash()), "            bash  1850 [001]  5779.799266: ");
  EXPECT_EQ(written({}, bash(), false), "bash  1850 [001]  5779.799266: ");
}

TEST_F(LineStartTest, NanosecondsAreShownIfAskedForAndElseCutOff) {
  LineMoment moment = bash();
  moment.shown_ns = 999'999'999;
  EXPECT_TRUE(written({}, moment).ends_with("    0.999999: "));
  EXPECT_TRUE(written({.nanoseconds = true}, moment).ends_with("    0.999999999: "));
  moment.shown_ns = UINT64_MAX;
  EXPECT_TRUE(written({}, moment).ends_with(" 18446744073.709551: "));
}

TEST_F(LineStartTest, FieldsAreThoseThatWereChosen) {
  EXPECT_EQ(written({.fields = kFieldTime}, bash()), " 5779.799266: ");
  EXPECT_EQ(written({.fields = kFieldCpu}, bash()), "[001] ");
  EXPECT_EQ(written({.fields = kFieldPid}, bash()), " 1849 ");
  EXPECT_EQ(written({.fields = kFieldPid | kFieldTid}, bash()), " 1849/1850  ");
  EXPECT_EQ(written({.fields = kFieldMisc}, bash()), "U     ");
  EXPECT_EQ(written({.fields = 0}, bash()), "");
}

TEST_F(LineStartTest, TasksWithoutAName) {
  LineMoment moment = bash();
  moment.comm = {};
  EXPECT_TRUE(written({}, moment).starts_with("           :1850  1850 "));
  moment.pid = moment.tid = 0;
  EXPECT_TRUE(written({}, moment).starts_with("         swapper     0 "));
}

TEST_F(LineStartTest, OnATerminalNamesHaveNoControlBytes) {
  LineMoment moment = bash();
  moment.comm = "a\x1b[2J";
  EXPECT_EQ(written({.fields = kFieldComm}, moment), "           a\x1b[2J ");
  EXPECT_EQ(written({.fields = kFieldComm, .escape = Escape::Terminal}, moment).find('\x1b'),
            std::string::npos);
}

// What is kept of a task must not be shown for another one, nor for itself under another name.
TEST_F(LineStartTest, KeptTextsAreThoseOfTheirTask) {
  LineStart start({});
  LineMoment other = bash();
  other.tid = 1850 + 128;  // shares the slot
  other.comm = "sh";
  LineMoment renamed = bash();
  renamed.comm = "zsh";
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(written(start, bash()), written({}, bash()));
    EXPECT_EQ(written(start, other), written({}, other));
    EXPECT_EQ(written(start, renamed), written({}, renamed));
    EXPECT_EQ(written(start, bash(), false), written({}, bash(), false));
  }
}

TEST_F(LineStartTest, LongNamesArePrintedWhole) {
  LineMoment moment = bash();
  const std::string name(300, 'x');
  moment.comm = name;
  LineStart start({});
  for (int round = 0; round < 2; ++round) EXPECT_TRUE(written(start, moment).starts_with(name + "  1850 "));
}

TEST_F(LineStartTest, TimesMayGoBackwards) {
  LineStart start({.fields = kFieldTime});
  LineMoment moment = bash();
  for (const auto& [time, text] : {std::pair(uint64_t{2'000'000'000}, "    2.000000: "),
                                   std::pair(uint64_t{1'999'999'000}, "    1.999999: "),
                                   std::pair(uint64_t{2'000'001'000}, "    2.000001: ")}) {
    moment.shown_ns = time;
    EXPECT_EQ(written(start, moment), text);
  }
}

TEST_F(LineStartTest, TimeOfDayIsCountedFromTheAnchor) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  LineMoment moment = bash();
  moment.time_ns = 1'500'000'000;
  ClockAnchor anchor;
  anchor.recording_ns = 1'000'000'000;
  anchor.realtime_ns = 1'700'000'000'000'000'000;
  EXPECT_EQ(written({.fields = kFieldTod, .anchor = anchor}, moment), "2023-11-14 22:13:20.500000 ");
  moment.time_ns = 0;  // before the anchor
  EXPECT_EQ(written({.fields = kFieldTod, .anchor = anchor}, moment), "2023-11-14 22:13:19.000000 ");
  EXPECT_EQ(written({.fields = kFieldTod}, moment), "") << "nobody knows the day";
}

}  // namespace
}  // namespace uproar
