// The expected lines are those of Linux 6.18's trace file, byte for byte.
#include "replay/styles/ftrace_text.h"

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

std::string print(const Event& event, Escape escape = Escape::None) {
  return test::printed(test::no_events(), event,
                       [&](const ShownEvents& events) { return make_ftrace_printer(events, escape); });
}

std::string arguments(std::vector<Field> fields, std::vector<Value> values) {
  const EventInfo info = event_info("g", "e", std::move(fields));
  const std::string line = print(event_of(info, std::move(values)));
  const std::string start = "   replay_target-10212   [001] DBZff  1786.539707: e: (0x560ec4a481e9) ";
  EXPECT_EQ(line.substr(0, start.size()), start);
  return line.substr(start.size());
}

const EventInfo& plain() {
  static const EventInfo info = event_info("g", "plain");
  return info;
}

TEST(FtraceText, EntryLineWithoutArgumentsEndsAfterTheAddress) {
  EXPECT_EQ(print(event_of(plain())),
            "   replay_target-10212   [001] DBZff  1786.539707: plain: (0x560ec4a481e9)\n");
}

TEST(FtraceText, ReturnLineHasTheReturnAddressFirst) {
  const EventInfo info = event_info("g", "back", {field("arg1", Kind::Hex), field("n", Kind::Signed)}, true);
  EXPECT_EQ(print(event_of(info, {number(0x2a), number(42)})),
            "   replay_target-10212   [001] DBZff  1786.539707: back: (0x560ec4a48203 <- 0x560ec4a481e9) "
            "arg1=0x2a n=42\n");
}

TEST(FtraceText, TimesAreRoundedToTheNearestMicrosecond) {
  const auto time_of = [](uint64_t time_ns) {
    Event event = event_of(plain());
    event.time_ns = time_ns;
    const std::string line = print(event);
    const size_t start = line.find("DBZff ") + 6;
    return line.substr(start, line.find(": ") - start);
  };
  EXPECT_EQ(time_of(0), "    0.000000");
  EXPECT_EQ(time_of(1'000'000'499), "    1.000000");
  EXPECT_EQ(time_of(1'000'000'500), "    1.000001");
  EXPECT_EQ(time_of(1'999'999'500), "    2.000000");
  EXPECT_EQ(time_of(123'456'000'001'000), "123456.000001");
  EXPECT_EQ(time_of(UINT64_MAX), "18446744073.709552");
}

TEST(FtraceText, WideValuesPushTheirColumns) {
  Event event = event_of(plain());
  event.comm = "a name of more than sixteen";
  event.tid = 41943030;
  event.cpu = 1234;
  event.time_ns = 123'456'000'001'000;
  EXPECT_EQ(print(event),
            "a name of more than sixteen-41943030 [1234] DBZff 123456.000001: plain: (0x560ec4a481e9)\n");
}

TEST(FtraceText, TasksWithoutAName) {
  Event event = event_of(plain());
  event.comm = {};
  EXPECT_EQ(print(event), "           <...>-10212   [001] DBZff  1786.539707: plain: (0x560ec4a481e9)\n");
  event.tid = 0;
  EXPECT_EQ(print(event), "          <idle>-0       [001] DBZff  1786.539707: plain: (0x560ec4a481e9)\n");
  event.tid = -1;
  EXPECT_EQ(print(event), "           <XXX>--1      [001] DBZff  1786.539707: plain: (0x560ec4a481e9)\n");
}

struct FlagsCase {
  uint8_t flags;
  uint8_t preempt_count;
  const char* text;
};

TEST(FtraceText, FlagsColumnOfEveryLetter) {
  const FlagsCase cases[] = {
      {0x00, 0x00, "....."}, {0x01, 0x00, "d...."}, {0x80, 0x00, "b...."}, {0x81, 0x00, "D...."},
      {0x04, 0x00, ".n..."}, {0x02, 0x00, ".l..."}, {0x20, 0x00, ".p..."}, {0x24, 0x00, ".N..."},
      {0x22, 0x00, ".L..."}, {0x06, 0x00, ".b..."}, {0x26, 0x00, ".B..."}, {0x08, 0x00, "..h.."},
      {0x10, 0x00, "..s.."}, {0x18, 0x00, "..H.."}, {0x40, 0x00, "..z.."}, {0x48, 0x00, "..Z.."},
      {0x50, 0x00, "..z.."}, {0x58, 0x00, "..Z.."}, {0x00, 0x01, "...1."}, {0x00, 0x10, "....1"},
      {0x00, 0xa9, "...9a"}, {0x01, 0x02, "d..2."}, {0xff, 0xff, "DBZff"},
  };
  for (const FlagsCase& expected : cases) {
    Event event = event_of(plain());
    event.flags = expected.flags;
    event.preempt_count = expected.preempt_count;
    EXPECT_EQ(print(event).substr(31, 5), expected.text);
  }
}

TEST(FtraceText, NumbersOfEveryType) {
  EXPECT_EQ(arguments({field("a", Kind::Signed, 1), field("b", Kind::Signed, 2), field("c", Kind::Signed, 4),
                       field("d", Kind::Signed, 8)},
                      {negative(-5), negative(-300), negative(INT32_MIN), negative(INT64_MIN)}),
            "a=-5 b=-300 c=-2147483648 d=-9223372036854775808\n");
  EXPECT_EQ(arguments({field("a", Kind::Unsigned, 1), field("b", Kind::Unsigned, 8), field("c", Kind::Hex, 2),
                       field("d", Kind::Hex, 8)},
                      {number(251), number(UINT64_MAX), number(0x2a), number(0)}),
            "a=251 b=18446744073709551615 c=0x2a d=0x0\n");
}

TEST(FtraceText, CharIsTheRawByte) {
  EXPECT_EQ(arguments({field("c", Kind::Char, 1), field("d", Kind::Char, 1), field("e", Kind::Char, 1)},
                      {number(0), number(200), number(8)}),
            std::string("c='\0' d='\xc8' e='\x08'\n", 18));
}

TEST(FtraceText, ArraysAndFaults) {
  EXPECT_EQ(
      arguments({field("s", Kind::String, 4, 2), field("n", Kind::Unsigned, 4, 2),
                 field("c", Kind::Char, 1, 4), field("x", Kind::Hex, 1, 2), field("m", Kind::Signed, 2, 3)},
                {test::text("two"), fault(), number(0), number(0), number('a'), number('b'), number('c'),
                 number('d'), number(1), number(254), negative(-1275), number(300), negative(-300)}),
      "s={\"two\",(fault)} n={0,0} c={'a','b','c','d'} x={0x1,0xfe} m={-1275,300,-300}\n");
  EXPECT_EQ(arguments({field("s", Kind::String, 4), field("t", Kind::String, 4)}, {fault(), test::text("")}),
            "s=(fault) t=\"\"\n");
}

TEST(FtraceText, EventThatIsNoUprobeHasNoAddress) {
  EventInfo info = event_info("sched", "sched_process_exit", {field("pid", Kind::Signed, 4)});
  info.schema.has_ip = false;
  EXPECT_EQ(print(event_of(info, {number(10212)})),
            "   replay_target-10212   [001] DBZff  1786.539707: sched_process_exit: pid=10212\n");
}

TEST(FtraceText, TerminalReceivesNoControlByteFromAnyPart) {
  const EventInfo info = event_info("g", "e\x1b", {field("s", Kind::String, 4)});
  Event event = event_of(info, {test::text("\x1b]0;\x07")});
  event.comm = "\x1b[1m";
  EXPECT_EQ(print(event, Escape::Terminal),
            "           \\e[1m-10212   [001] DBZff  1786.539707: e\\e: (0x560ec4a481e9) s=\"\\e]0;\\x07\"\n");
}

TEST(FtraceText, LossLines) {
  std::string out;
  append_ftrace_loss(1, 170, out);
  append_ftrace_loss(12, 0, out);
  append_ftrace_loss(kUnknownCpu, UINT64_MAX, out);
  EXPECT_EQ(out,
            "CPU:1 [LOST 170 EVENTS]\nCPU:12 [LOST EVENTS]\nCPU:-1 [LOST 18446744073709551615 EVENTS]\n");
}

}  // namespace
}  // namespace uproar
