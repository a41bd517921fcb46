// The expected lines are those of trace-cmd 3.1.6 report, byte for byte.
#include "replay/styles/trace_cmd_report.h"

#include <gtest/gtest.h>

#include "support/sample_event.h"
#include "support/shown_event.h"

namespace uproar {
namespace {

using test::event_info;
using test::event_of;
using test::fault;
using test::field;
using test::negative;
using test::number;
using Kind = Field::Kind;

std::string print(const Event& event, TraceCmdOptions options = {}) {
  return test::printed(test::no_events(), event, [&](const ShownEvents& events) {
    return make_trace_cmd_printer(events, std::move(options));
  });
}

const EventInfo& plain() {
  static const EventInfo info = event_info("g", "plain");
  return info;
}

TEST(TraceCmdReport, NameIsPaddedToTwentyColumns) {
  EXPECT_EQ(print(event_of(plain())),
            "   replay_target-10212 [001]  1786.539707: plain:                (560ec4a481e9)\n");
  const EventInfo long_name = event_info("g", "nothing_at_all_with_a_long_name");
  EXPECT_EQ(print(event_of(long_name)),
            "   replay_target-10212 [001]  1786.539707: nothing_at_all_with_a_long_name: (560ec4a481e9)\n");
}

TEST(TraceCmdReport, ReturnLineHasTheFunctionFirst) {
  const EventInfo info = event_info("g", "back", {field("arg1", Kind::Hex), field("n", Kind::Signed)}, true);
  EXPECT_EQ(print(event_of(info, {number(0x2a), negative(-42)})),
            "   replay_target-10212 [001]  1786.539707: back:                 (560ec4a481e9 <- 560ec4a48203) "
            "arg1=0x2a n=-42\n");
}

TEST(TraceCmdReport, FaultsAreToldUnlikeTraceCmd) {
  const EventInfo info = event_info("g", "e", {field("s", Kind::String, 4)});
  EXPECT_EQ(print(event_of(info, {fault()})),
            "   replay_target-10212 [001]  1786.539707: e:                    (560ec4a481e9) s=(fault)\n");
}

std::string time_of(uint64_t time_ns, TraceCmdOptions options = {}) {
  Event event = event_of(plain());
  event.time_ns = time_ns;
  const std::string line = print(event, std::move(options));
  const size_t start = line.find("] ") + 2;
  return line.substr(start, line.find(": plain") - start);
}

TEST(TraceCmdReport, TimesAreRounded) {
  EXPECT_EQ(time_of(2'000'000'499), "    2.000000");
  EXPECT_EQ(time_of(2'000'000'500), "    2.000001");
  EXPECT_EQ(time_of(123'456'999'999'999), "123457.000000");
  EXPECT_EQ(time_of(2'000'000'499, {.nanoseconds = true}), "    2.000000499");
}

// libtraceevent prints what is not more than a second as a bare number.
TEST(TraceCmdReport, LessThanASecondHasNoPoint) {
  EXPECT_EQ(time_of(999'999'000), "      999999");
  EXPECT_EQ(time_of(1'000'000'000), "     1000000");
  EXPECT_EQ(time_of(1'000'001'000), "    1.000001");
  EXPECT_EQ(time_of(0), "           0");
}

TEST(TraceCmdReport, ClocksThatCountNoNanosecondsPrintTheirNumbers) {
  EXPECT_EQ(time_of(123'456'789'012'345, {.clock = "x86-tsc"}), "123456789012345");
  EXPECT_EQ(time_of(5, {.clock = "counter"}), "           5");
  EXPECT_EQ(time_of(2'000'000'000, {.clock = "boot"}), "    2.000000");
}

TEST(TraceCmdReport, TaskHasItsLastName) {
  TaskTable tasks;
  tasks.add({TaskInfo::Kind::Snapshot, 0, 10212, 10212, 0, "first", 0});
  tasks.add({TaskInfo::Kind::Rename, ~uint64_t{0} - 1, 10212, 10212, 0, "last", 0});
  tasks.seal();
  EXPECT_EQ(print(event_of(plain()), {.tasks = &tasks}),
            "            last-10212 [001]  1786.539707: plain:                (560ec4a481e9)\n");
  Event event = event_of(plain());
  event.tid = 7;
  EXPECT_EQ(print(event, {.tasks = &tasks}),
            "           <...>-7     [001]  1786.539707: plain:                (560ec4a481e9)\n");
  event.tid = 0;
  EXPECT_EQ(print(event, {.tasks = &tasks}),
            "          <idle>-0     [001]  1786.539707: plain:                (560ec4a481e9)\n");
}

TEST(TraceCmdReport, LossesStandBeforeTheNextEventOfTheirCpu) {
  const std::vector<LossInfo> losses = {{LossInfo::Kind::Overrun, 0, 5, 4},
                                        {LossInfo::Kind::Overrun, 1, 20, 170},
                                        {LossInfo::Kind::Unreadable, 1, 20, 9},
                                        {LossInfo::Kind::Overrun, 1, 30, 0}};
  const ShownEvents events(test::no_events());
  const auto printer = make_trace_cmd_printer(events, {});
  std::string out;
  for (const LossInfo& loss : losses) {
    SideRecord side;
    side.time_ns = loss.time_ns;
    side.loss = &loss;
    printer->take_side(side, out);
  }
  for (const uint64_t time : {10, 20, 30, 40}) {
    Event event = event_of(plain());
    event.time_ns = time * 1'000'000'000;
    printer->take(event, out);
  }
  EXPECT_EQ(out,
            "CPU:1 [170 EVENTS DROPPED]\n"
            "CPU:1 [EVENTS DROPPED]\n"
            "   replay_target-10212 [001]    10.000000: plain:                (560ec4a481e9)\n"
            "   replay_target-10212 [001]    20.000000: plain:                (560ec4a481e9)\n"
            "   replay_target-10212 [001]    30.000000: plain:                (560ec4a481e9)\n"
            "   replay_target-10212 [001]    40.000000: plain:                (560ec4a481e9)\n");
}

TEST(TraceCmdReport, InstancesStandBeforeTheLine) {
  std::vector<EventInfo> events = {event_info("g", "a"), event_info("g", "b")};
  events[1].instance = "longer";
  const ShownEvents shown(events);
  const auto printer = make_trace_cmd_printer(shown, {});
  std::string out;
  for (const EventInfo& info : events) printer->take(test::shown(event_of(info), shown), out);
  EXPECT_EQ(out,
            "           replay_target-10212 [001]  1786.539707: a:                    (560ec4a481e9)\n"
            "longer:    replay_target-10212 [001]  1786.539707: b:                    (560ec4a481e9)\n");
}

TEST(TraceCmdReport, TerminalReceivesNoControlBytes) {
  Event event = event_of(plain());
  event.comm = "a\x1b[2J";
  EXPECT_EQ(print(event, {.escape = Escape::Terminal}),
            "          a\\e[2J-10212 [001]  1786.539707: plain:                (560ec4a481e9)\n");
}

TEST(TraceCmdReport, HeaderNamesTheCpus) {
  SessionInfo session;
  session.cpus = 8;
  EXPECT_EQ(trace_cmd_header(session), "cpus=8\n");
}

}  // namespace
}  // namespace uproar
