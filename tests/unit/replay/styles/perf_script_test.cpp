// The expected lines are those of perf 6.1.192, byte for byte, except where a test's name says that perf is
// wrong.
#include "replay/styles/perf_script.h"

#include <gtest/gtest.h>

#include "support/process_picture.h"
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

std::string print(const std::vector<EventInfo>& events, const Event& event, PerfScriptOptions options = {}) {
  return test::printed(events, event,
                       [&](const ShownEvents& shown) { return make_perf_script_printer(shown, options); });
}

// The line's argument text, for an event whose line is otherwise the usual one.
std::string arguments(std::vector<Field> fields, std::vector<Value> values) {
  const std::vector<EventInfo> events = {event_info("g", "e", std::move(fields))};
  const std::string line = print(events, event_of(events[0], std::move(values)));
  const std::string start = "   replay_target 10212 [001]  1786.539707: g:e: (560ec4a481e9) ";
  EXPECT_EQ(line.substr(0, start.size()), start);
  return line.substr(start.size());
}

std::vector<EventInfo> plain() {
  return {event_info("rexp_p", "plain")};
}

TEST(PerfScript, EntryLineWithoutArgumentsEndsAfterTheAddress) {
  const auto events = plain();
  EXPECT_EQ(print(events, event_of(events[0])),
            "   replay_target 10212 [001]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
}

TEST(PerfScript, ReturnLineHasTheFunctionFirst) {
  const std::vector<EventInfo> events = {
      event_info("rexp_p", "back", {field("arg1", Kind::Hex), field("n", Kind::Signed)}, true)};
  EXPECT_EQ(print(events, event_of(events[0], {number(0x2a), number(42)})),
            "   replay_target 10212 [001]  1786.539707: rexp_p:back: (560ec4a481e9 <- 560ec4a48203) "
            "arg1=0x2a n=42\n");
}

TEST(PerfScript, EventIsAlignedToTheLongestOfTheFile) {
  const std::vector<EventInfo> events = {event_info("pref_a", "one"), event_info("pref_a", "noargs")};
  EXPECT_EQ(print(events, event_of(events[0])),
            "   replay_target 10212 [001]  1786.539707:    pref_a:one: (560ec4a481e9)\n");
  EXPECT_EQ(print(events, event_of(events[1])),
            "   replay_target 10212 [001]  1786.539707: pref_a:noargs: (560ec4a481e9)\n");
}

TEST(PerfScript, NanosecondsOnRequest) {
  const auto events = plain();
  EXPECT_EQ(print(events, event_of(events[0]), {.nanoseconds = true}),
            "   replay_target 10212 [001]  1786.539707276: rexp_p:plain: (560ec4a481e9)\n");
}

TEST(PerfScript, TimesAreCutOffAndKeepFiveColumnsOfSeconds) {
  const auto events = plain();
  const auto time_of = [&events](uint64_t time_ns, bool nanoseconds) {
    Event event = event_of(events[0]);
    event.time_ns = time_ns;
    const std::string line = print(events, event, {.nanoseconds = nanoseconds});
    const size_t start = line.find("] ") + 2;
    return line.substr(start, line.find(": ") - start);
  };
  EXPECT_EQ(time_of(0, false), "    0.000000");
  EXPECT_EQ(time_of(1'000'000'999, false), "    1.000000");
  EXPECT_EQ(time_of(99'999'999'999'999, false), "99999.999999");
  EXPECT_EQ(time_of(123'456'000'001'000, false), "123456.000001");
  EXPECT_EQ(time_of(UINT64_MAX, false), "18446744073.709551");
  EXPECT_EQ(time_of(1'000'000'999, true), "    1.000000999");
  EXPECT_EQ(time_of(123'456'000'001'000, true), "123456.000001000");
}

TEST(PerfScript, WideValuesPushTheirColumns) {
  const auto events = plain();
  Event event = event_of(events[0]);
  event.comm = "a name of more than sixteen";
  event.tid = 4194303;
  event.cpu = 1234;
  event.time_ns = 123'456'000'001'000;
  EXPECT_EQ(print(events, event),
            "a name of more than sixteen 4194303 [1234] 123456.000001: rexp_p:plain: (560ec4a481e9)\n");
}

TEST(PerfScript, NarrowValuesArePadded) {
  const auto events = plain();
  Event event = event_of(events[0]);
  event.comm = "a b";
  event.tid = 7;
  event.cpu = 12;
  event.time_ns = 1;
  event.ip = 0;
  EXPECT_EQ(print(events, event), "             a b     7 [012]     0.000000: rexp_p:plain: (0)\n");
}

TEST(PerfScript, TaskOfUnknownNameIsItsNumber) {
  const auto events = plain();
  Event event = event_of(events[0]);
  event.comm = {};
  EXPECT_EQ(print(events, event),
            "          :10212 10212 [001]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
  event.tid = -1;
  EXPECT_EQ(print(events, event),
            "             :-1    -1 [001]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
  event.tid = 0;
  EXPECT_EQ(print(events, event),
            "         swapper     0 [001]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
}

TEST(PerfScript, UnknownCpuIsMinusOne) {
  const auto events = plain();
  Event event = event_of(events[0]);
  event.cpu = kUnknownCpu;
  EXPECT_EQ(print(events, event),
            "   replay_target 10212 [-01]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
}

TEST(PerfScript, CommWidthCountsBytes) {
  const auto events = plain();
  Event event = event_of(events[0]);
  event.comm = "gr\xc3\xbc\xc3\x9f";
  EXPECT_EQ(print(events, event),
            "          gr\xc3\xbc\xc3\x9f 10212 [001]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
}

TEST(PerfScript, NumbersOfEveryType) {
  EXPECT_EQ(arguments({field("a", Kind::Signed, 1), field("b", Kind::Signed, 2), field("c", Kind::Signed, 4),
                       field("d", Kind::Signed, 8)},
                      {number(5), number(300), negative(INT32_MIN), negative(INT64_MIN)}),
            "a=5 b=300 c=-2147483648 d=-9223372036854775808\n");
  EXPECT_EQ(arguments({field("a", Kind::Unsigned, 1), field("b", Kind::Unsigned, 2),
                       field("c", Kind::Unsigned, 4), field("d", Kind::Unsigned, 8)},
                      {number(251), number(65535), number(4294967295), number(UINT64_MAX)}),
            "a=251 b=65535 c=4294967295 d=18446744073709551615\n");
  EXPECT_EQ(arguments({field("a", Kind::Hex, 1), field("b", Kind::Hex, 2), field("c", Kind::Hex, 4),
                       field("d", Kind::Hex, 8), field("z", Kind::Hex, 8)},
                      {number(0xfb), number(0xffff), number(0xffffffff), number(UINT64_MAX), number(0)}),
            "a=0xfb b=0xffff c=0xffffffff d=0xffffffffffffffff z=0x0\n");
}

TEST(PerfScript, StringsAreQuotedAndRaw) {
  EXPECT_EQ(arguments({field("s", Kind::String, 4), field("n", Kind::Signed)},
                      {test::text("quote \" blank  end "), number(INT64_MAX)}),
            "s=\"quote \" blank  end \" n=9223372036854775807\n");
  EXPECT_EQ(arguments({field("s", Kind::String, 4)}, {test::text("")}), "s=\"\"\n");
  EXPECT_EQ(arguments({field("s", Kind::String, 4)}, {test::text("a\n\x1b[1m\xff")}),
            "s=\"a\n\x1b[1m\xff\"\n");
}

TEST(PerfScript, ByteArrays) {
  EXPECT_EQ(arguments({field("u", Kind::Unsigned, 1, 4), field("x", Kind::Hex, 1, 4),
                       field("one", Kind::Unsigned, 1, 1)},
                      {number(1), number(2), number(254), number(255), number(1), number(2), number(254),
                       number(255), number(1)}),
            "u={1,2,254,255} x={0x1,0x2,0xfe,0xff} one={1}\n");
}

TEST(PerfScript, NegativeSmallNumbersAreSignedWherePerfIsWrong) {
  EXPECT_EQ(
      arguments({field("a", Kind::Signed, 1), field("b", Kind::Signed, 2), field("c", Kind::Signed, 1, 2)},
                {negative(-5), negative(-300), number(1), negative(-128)}),
      "a=-5 b=-300 c={1,-128}\n");
}

TEST(PerfScript, CharIsShownWherePerfIsWrong) {
  EXPECT_EQ(arguments({field("c", Kind::Char, 1), field("n", Kind::Unsigned, 4)},
                      {number('a'), number(4294967295)}),
            "c='a' n=4294967295\n");
  EXPECT_EQ(arguments({field("c", Kind::Char, 1, 3)}, {number('a'), number('\''), number(200)}),
            "c={'a',''','\xc8'}\n");
  EXPECT_EQ(arguments({field("c", Kind::Char, 1)}, {number(0)}), std::string("c='\0'\n", 6));
}

TEST(PerfScript, WideArraysHaveTheirValuesWherePerfIsWrong) {
  EXPECT_EQ(arguments({field("u", Kind::Unsigned, 2, 2), field("w", Kind::Unsigned, 4, 3),
                       field("l", Kind::Hex, 8, 2), field("s", Kind::Signed, 8, 1)},
                      {number(300), number(65236), number(1), number(70000), number(4294967295), number(1),
                       number(UINT64_MAX), negative(INT64_MIN)}),
            "u={300,65236} w={1,70000,4294967295} l={0x1,0xffffffffffffffff} s={-9223372036854775808}\n");
}

TEST(PerfScript, StringArraysArePrintedWherePerfIsWrong) {
  EXPECT_EQ(arguments({field("s", Kind::String, 4, 3)}, {test::text("one"), fault(), test::text("")}),
            "s={\"one\",(fault),\"\"}\n");
}

TEST(PerfScript, FaultHasNoQuotes) {
  EXPECT_EQ(arguments({field("s", Kind::String, 4), field("n", Kind::Unsigned, 4), field("c", Kind::Char, 1)},
                      {fault(), fault(), fault()}),
            "s=(fault) n=(fault) c=(fault)\n");
}

TEST(PerfScript, FixedStringIsOneValue) {
  EXPECT_EQ(arguments({field("comm", Kind::FixedString, 1, 16), field("n", Kind::Signed, 4)},
                      {test::text("sh"), negative(-1)}),
            "comm=\"sh\" n=-1\n");
}

TEST(PerfScript, EventThatIsNoUprobeHasNoAddress) {
  std::vector<EventInfo> events = {event_info(
      "sched", "sched_process_exit", {field("pid", Kind::Signed, 4), field("prio", Kind::Signed, 4)})};
  events[0].schema.has_ip = false;
  EXPECT_EQ(print(events, event_of(events[0], {number(10212), number(120)})),
            "   replay_target 10212 [001]  1786.539707: sched:sched_process_exit: pid=10212 prio=120\n");
}

TEST(PerfScript, MissingValuesEndTheLine) {
  EXPECT_EQ(arguments({field("a", Kind::Signed), field("b", Kind::Unsigned, 4, 3), field("c", Kind::Signed)},
                      {number(1), number(2)}),
            "a=1 b={2}\n");
}

TEST(PerfScript, TerminalReceivesNoControlByteFromAnyPart) {
  const std::vector<EventInfo> events = {
      event_info("g\x1b", "e\n", {field("f\r", Kind::String, 4), field("c", Kind::Char, 1)})};
  Event event = event_of(events[0], {test::text("\x1b[2J\x9b\xc2\x9b\xe2\x80\xae"), number(7)});
  event.comm = "a\x07";
  EXPECT_EQ(print(events, event, {.escape = Escape::Terminal}),
            "           a\\x07 10212 [001]  1786.539707: g\\e:e\\n: (560ec4a481e9) "
            "f\\r=\"\\e[2J\\x9b\\xc2\\x9b\\u{202E}\" c='\\x07'\n");
}

TEST(PerfScript, TerminalLineOfHarmlessTextIsTheSame) {
  const std::vector<EventInfo> events = {event_info("g", "e", {field("s", Kind::String, 4)})};
  const Event event = event_of(events[0], {test::text("gr\xc3\xbc\xc3\x9f \\ \xf0\x9f\x98\x80")});
  EXPECT_EQ(print(events, event, {.escape = Escape::Terminal}), print(events, event));
}

TEST(PerfScript, EventThatWasNotAnnouncedIsPrintedToo) {
  const EventInfo late = event_info("g", "late");
  EXPECT_EQ(print(plain(), event_of(late)),
            "   replay_target 10212 [001]  1786.539707:       g:late: (560ec4a481e9)\n");
}

// A line with the fields of `fields`, of a process whose maps and names are known.
std::string line(ScriptFields fields, const Event& event, const std::vector<EventInfo>& events,
                 PerfScriptOptions options = {}) {
  const std::vector<MapInfo> maps = {test::map(10212, 0, 0x560ec4a48000, 0x1000, 0x1000, "/bin/target")};
  const std::vector<AddressNames> names = {{"/bin/target", "", {test::name(0x11e9, "take_text", 0)}}};
  const SymbolNames symbols(maps, names, {});
  options.fields = fields;
  options.names = &symbols;
  return print(events, event, options);
}
std::string line(ScriptFields fields) {
  const std::vector<EventInfo> events = {event_info("g", "e", {field("n", Kind::Signed)})};
  return line(fields, event_of(events[0], {number(1)}), events);
}

TEST(PerfScript, FieldsStandInAFixedOrder) {
  EXPECT_EQ(line(kFieldComm | kFieldTid), "   replay_target 10212 \n");
  EXPECT_EQ(line(kFieldPid | kFieldTime), "10212  1786.539707: \n");
  EXPECT_EQ(line(kDefaultFields | kFieldPid),
            "   replay_target 10212/10212 [001]  1786.539707: g:e: (560ec4a481e9) n=1\n");
  EXPECT_EQ(line(kFieldTrace | kFieldEvent), "g:e: (560ec4a481e9) n=1\n");
  EXPECT_EQ(line(kDefaultFields | kFieldMisc | kFieldPeriod | kFieldFlags),
            "   replay_target 10212 [001] U      1786.539707:          1 g:e:                         "
            "(560ec4a481e9) n=1\n");
}

TEST(PerfScript, ProcessAndThreadHaveColumns) {
  const std::vector<EventInfo> events = {event_info("g", "e")};
  Event event = event_of(events[0]);
  event.pid = 28;
  event.tid = 2846;
  EXPECT_EQ(line(kFieldPid | kFieldTid, event, events), "   28/2846  \n");
}

TEST(PerfScript, AddressStandsBehindTheArguments) {
  EXPECT_EQ(line(kFieldComm | kFieldTime | kFieldIp), "   replay_target  1786.539707:      560ec4a481e9\n");
  EXPECT_EQ(line(kDefaultFields | kStackFields),
            "   replay_target 10212 [001]  1786.539707: g:e: (560ec4a481e9) n=1     560ec4a481e9 "
            "take_text+0x0 (/bin/target)\n");
  EXPECT_EQ(line(kFieldTid | kFieldSym), "10212 \n");
}

TEST(PerfScript, CallChainIsABlockAndCommLosesItsPadding) {
  std::vector<EventInfo> events = {event_info("g", "e", {field("n", Kind::Signed)}), event_info("g", "f")};
  events[0].has_stacks = true;
  const std::vector<uint64_t> stack = {0x560ec4a481e9};
  Event event = event_of(events[0], {number(1)});
  event.stack = stack;
  EXPECT_EQ(line(kDefaultFields | kStackFields, event, events),
            "replay_target 10212 [001]  1786.539707: g:e: (560ec4a481e9) n=1\n"
            "\t            11e9 take_text+0x0 (/bin/target)\n"
            "\n");
  event.stack = {};
  EXPECT_EQ(line(kDefaultFields | kStackFields, event, events),
            "replay_target 10212 [001]  1786.539707: g:e: (560ec4a481e9) n=1\n\n");
  // Of an event that was recorded without call chains, beside one that was.
  EXPECT_EQ(line(kDefaultFields | kStackFields, event_of(events[1]), events),
            "   replay_target 10212 [001]  1786.539707: g:f: (560ec4a481e9)     560ec4a481e9 take_text+0x0 "
            "(/bin/target)\n");
}

TEST(PerfScript, HiddenCallChainsAreAddresses) {
  std::vector<EventInfo> events = {event_info("g", "e")};
  events[0].has_stacks = true;
  EXPECT_EQ(line(kFieldComm | kFieldIp | kFieldSym, event_of(events[0]), events, {.stacks = false}),
            "   replay_target      560ec4a481e9 take_text\n");
}

TEST(PerfScript, NoFieldsPrintNothing) {
  EXPECT_EQ(line(0), "");
  EXPECT_EQ(line(kFieldFlags), "");
}

TEST(PerfScript, TimesCountFromAnOrigin) {
  const auto events = plain();
  const ShownEvents shown(events);
  const auto printer = make_perf_script_printer(shown, {.nanoseconds = true});
  Event event = test::shown(event_of(events[0]), shown);
  std::string out;
  printer->count_from(event.time_ns - 1500);
  printer->take(event, out);
  printer->count_from(event.time_ns + 1);
  printer->take(event, out);
  EXPECT_EQ(out,
            "   replay_target 10212 [001]     0.000001500: rexp_p:plain: (560ec4a481e9)\n"
            "   replay_target 10212 [001]     0.000000000: rexp_p:plain: (560ec4a481e9)\n");
}

TEST(PerfScript, TimeOfDayNeedsAnAnchor) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const auto events = plain();
  ClockAnchor anchor;
  anchor.recording_ns = 1786'000'000'000;
  anchor.realtime_ns = 1'795'743'257'000'000'000;
  EXPECT_EQ(line(kFieldTod, event_of(events[0]), events, {.anchor = anchor}),
            "2026-11-27 01:34:17.539707 \n");
  EXPECT_EQ(line(kFieldTod, event_of(events[0]), events, {.nanoseconds = true, .anchor = anchor}),
            "2026-11-27 01:34:17.539707276 \n");
}

TEST(PerfScript, ManyTasksAndNamesChange) {
  const auto events = plain();
  const ShownEvents shown(events);
  const auto printer = make_perf_script_printer(shown, {});
  Event event = test::shown(event_of(events[0]), shown);
  std::string out, expected;
  for (int round = 0; round < 2; ++round) {
    for (int32_t tid = 1000; tid < 1400; ++tid) {
      const std::string comm = round == 0 ? "first" : "second";
      event.tid = tid;
      event.comm = comm;
      out.clear();
      printer->take(event, out);
      EXPECT_EQ(out, std::string(round == 0 ? "           first " : "          second ") + " " +
                         std::to_string(tid) + " [001]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
    }
  }
}

TEST(PerfScript, LinesAreAppended) {
  const auto events = plain();
  std::string out = "before\n";
  const ShownEvents shown(events);
  make_perf_script_printer(shown, {})->take(test::shown(event_of(events[0]), shown), out);
  EXPECT_EQ(out, "before\n   replay_target 10212 [001]  1786.539707: rexp_p:plain: (560ec4a481e9)\n");
}

}  // namespace
}  // namespace uproar
