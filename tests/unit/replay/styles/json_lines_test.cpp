#include "replay/styles/json_lines.h"

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

std::string print(const std::vector<EventInfo>& events, const Event& event) {
  return test::printed(events, event,
                       [](const ShownEvents& shown) { return make_json_lines_printer(shown); });
}

// What stands behind the address.
std::string rest(std::vector<Field> fields, std::vector<Value> values) {
  const std::vector<EventInfo> events = {event_info("g", "e", std::move(fields))};
  const std::string line = print(events, event_of(events[0], std::move(values)));
  const std::string start =
      R"({"time":1786.539707276,"comm":"replay_target","pid":10212,"tid":10212,"cpu":1,)"
      R"("event":"g:e","ip":"0x560ec4a481e9")";
  EXPECT_EQ(line.substr(0, start.size()), start);
  return line.substr(start.size());
}

SiteInfo site(uint64_t file_offset, std::string symbol, uint64_t symbol_offset = 0,
              bool offset_given = false) {
  SiteInfo info;
  info.file_offset = file_offset;
  info.symbol = std::move(symbol);
  info.symbol_offset = symbol_offset;
  info.offset_given = offset_given;
  return info;
}

TEST(JsonLines, ReturnEventWithEverything) {
  std::vector<EventInfo> events = {event_info("uprobes", "BashReadline",
                                              {field("cmd", Kind::String, 4), field("n", Kind::Signed, 4),
                                               field("p", Kind::Hex), field("a", Kind::Unsigned, 4, 2)},
                                              true)};
  events[0].sites = {site(0xd5690, "readline")};
  Event event = event_of(
      events[0], {test::text("echo hello", true), negative(-3), number(0x7f00), number(1), number(2)});
  event.time_ns = 1234'567'890'123;
  event.comm = "bash";
  event.pid = 4321;
  event.tid = 4322;
  EXPECT_EQ(
      print(events, event),
      R"({"time":1234.567890123,"comm":"bash","pid":4321,"tid":4322,"cpu":1,"event":"uprobes:BashReadline",)"
      R"("ip":"0x560ec4a481e9","ret_ip":"0x560ec4a48203","symbol":"readline",)"
      R"("args":{"cmd":"echo hello","n":-3,"p":"0x7f00","a":[1,2]},"cut":["cmd"]})"
      "\n");
}

TEST(JsonLines, KeysWithoutContentAreLeftOut) {
  const std::vector<EventInfo> events = {event_info("g", "e")};
  Event event = event_of(events[0]);
  event.comm = {};
  event.pid = 0;
  event.cpu = kUnknownCpu;
  event.time_ns = 1'000'000'002;
  EXPECT_EQ(print(events, event), R"({"time":1.000000002,"tid":10212,"event":"g:e","ip":"0x560ec4a481e9"})"
                                  "\n");
}

TEST(JsonLines, EventThatIsNoUprobeHasNoAddress) {
  std::vector<EventInfo> events = {
      event_info("sched", "sched_process_exit", {field("pid", Kind::Signed, 4)})};
  events[0].schema.has_ip = false;
  EXPECT_EQ(print(events, event_of(events[0], {number(7)})),
            R"({"time":1786.539707276,"comm":"replay_target","pid":10212,"tid":10212,"cpu":1,)"
            R"("event":"sched:sched_process_exit","args":{"pid":7}})"
            "\n");
}

TEST(JsonLines, NumbersOfEveryType) {
  EXPECT_EQ(
      rest({field("a", Kind::Signed, 1), field("b", Kind::Signed, 8), field("c", Kind::Unsigned, 8),
            field("d", Kind::Hex, 8), field("e", Kind::Hex, 1)},
           {negative(-5), negative(INT64_MIN), number(UINT64_MAX), number(UINT64_MAX), number(0)}),
      R"(,"args":{"a":-5,"b":-9223372036854775808,"c":18446744073709551615,"d":"0xffffffffffffffff","e":"0x0"}})"
      "\n");
}

TEST(JsonLines, CharsAndStrings) {
  EXPECT_EQ(
      rest(
          {field("c", Kind::Char, 1), field("z", Kind::Char, 1), field("h", Kind::Char, 1),
           field("s", Kind::String, 4), field("e", Kind::String, 4), field("f", Kind::FixedString, 1, 16)},
          {number('a'), number(0), number(0xff), test::text("\"\x7f\xff"), test::text(""), test::text("sh")}),
      R"(,"args":{"c":"a","z":"\u0000","h":{"bytes":"/w=="},"s":{"bytes":"In//"},"e":"","f":"sh"}})"
      "\n");
}

TEST(JsonLines, FaultsAreNull) {
  EXPECT_EQ(rest({field("s", Kind::String, 4), field("n", Kind::Signed, 4), field("a", Kind::String, 4, 2)},
                 {fault(), fault(), test::text("one"), fault()}),
            R"(,"args":{"s":null,"n":null,"a":["one",null]}})"
            "\n");
}

TEST(JsonLines, Arrays) {
  EXPECT_EQ(
      rest({field("x", Kind::Hex, 2, 2), field("c", Kind::Char, 1, 2), field("one", Kind::Signed, 4, 1)},
           {number(1), number(0xfe), number('a'), number('"'), negative(-1)}),
      R"(,"args":{"x":["0x1","0xfe"],"c":["a","\""],"one":[-1]}})"
      "\n");
}

TEST(JsonLines, CutNamesEachArgumentOnce) {
  EXPECT_EQ(rest({field("a", Kind::String, 4), field("b", Kind::String, 4, 3), field("c", Kind::String, 4)},
                 {test::text("1"), test::text("2", true), test::text("3"), test::text("4", true),
                  test::text("5", true)}),
            R"(,"args":{"a":"1","b":["2","3","4"],"c":"5"},"cut":["b","c"]})"
            "\n");
}

TEST(JsonLines, SymbolIsThatOfThePlaceThatWasHit) {
  std::vector<EventInfo> events = {event_info("g", "other"), event_info("g", "e")};
  events[0].sites = {site(0x1, "wrong")};
  events[1].sites = {site(0x11e9, "first"), site(0x21ea, "second", 4, true)};
  Event event = event_of(events[1]);
  EXPECT_NE(print(events, event).find(R"("ip":"0x560ec4a481e9","symbol":"first"})"), std::string::npos);
  event.ip = 0x7f00000001ea;
  EXPECT_NE(print(events, event).find(R"("ip":"0x7f00000001ea","symbol":"second+0x4"})"), std::string::npos);
  event.ip = 0x7f00000001eb;
  EXPECT_EQ(print(events, event).find("symbol"), std::string::npos);
}

TEST(JsonLines, HostileNamesStayValidJson) {
  std::vector<EventInfo> events = {event_info("g\"", "e\xff", {field("f\n\"", Kind::Signed)})};
  events[0].sites = {site(0, "s\x1b\\")};
  Event event = event_of(events[0], {number(1)});
  event.comm = "\x1b\xff";
  EXPECT_EQ(print(events, event),
            R"({"time":1786.539707276,"comm":{"bytes":"G/8="},"pid":10212,"tid":10212,"cpu":1,)"
            "\"event\":\"g\\\":e\xef\xbf\xbd\","
            R"("ip":"0x560ec4a481e9","symbol":"s\u001b\\","args":{"f\n\"":1}})"
            "\n");
}

TEST(JsonLines, MissingValuesAreLeftOut) {
  EXPECT_EQ(rest({field("a", Kind::Signed), field("b", Kind::Unsigned, 4, 3), field("c", Kind::Signed)},
                 {number(1), number(2)}),
            R"(,"args":{"a":1,"b":[2]}})"
            "\n");
  EXPECT_EQ(rest({field("a", Kind::Signed)}, {}), "}\n");
}

TEST(JsonLines, CallChainsNameFunctionsAndFiles) {
  const std::vector<MapInfo> maps = {test::map(10212, 0, 0x560ec4a48000, 0x1000, 0x1000, "/bin/target")};
  const std::vector<AddressNames> known = {
      {"/bin/target", "", {test::name(0x141a, "main", 0xab), test::name(0x1500, "outer", 0x84, {"inner"})}}};
  const SymbolNames names{maps, known, {}};
  std::vector<EventInfo> events = {event_info("g", "e")};
  events[0].has_stacks = true;
  const std::vector<uint64_t> stack = {0x560ec4a48500, 0x560ec4a4841a, 0x560ec4a4841b, 0x1234};
  Event event = event_of(events[0]);
  event.stack = stack;
  const std::string line = test::printed(events, event, [&](const ShownEvents& shown) {
    return make_json_lines_printer(shown, {.names = &names});
  });
  EXPECT_EQ(
      line.substr(line.find(",\"stack\"")),
      R"(,"stack":[{"ip":"0x560ec4a48500","sym":"inner","off":132,"dso":"/bin/target","dso_offset":"0x1500","inlined":true},)"
      R"({"ip":"0x560ec4a48500","sym":"outer","off":132,"dso":"/bin/target","dso_offset":"0x1500"},)"
      R"({"ip":"0x560ec4a4841a","sym":"main","off":171,"dso":"/bin/target","dso_offset":"0x141a"},)"
      R"({"ip":"0x560ec4a4841b","dso":"/bin/target","dso_offset":"0x141b"},{"ip":"0x1234"}]})"
      "\n");
}

TEST(JsonLines, EventThatWasNotAnnouncedIsPrintedWithoutSymbol) {
  const EventInfo late = event_info("g", "late");
  EXPECT_EQ(print({}, event_of(late)),
            R"({"time":1786.539707276,"comm":"replay_target","pid":10212,"tid":10212,"cpu":1,)"
            R"("event":"g:late","ip":"0x560ec4a481e9"})"
            "\n");
}

}  // namespace
}  // namespace uproar
