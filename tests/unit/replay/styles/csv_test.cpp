#include "replay/styles/csv.h"

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
using test::text;
using Kind = Field::Kind;

constexpr std::string_view kContext = "1786.539707276,replay_target,10212,10212,1,g:e,0x560ec4a481e9,,,";

std::string cells(std::vector<Field> fields, std::vector<Value> values, Escape escape = Escape::None) {
  const std::vector<EventInfo> events = {event_info("g", "e", std::move(fields))};
  const std::string row =
      test::printed(events, event_of(events[0], std::move(values)),
                    [&](const ShownEvents& shown) { return make_csv_printer(shown, escape); });
  EXPECT_EQ(row.substr(0, kContext.size()), kContext);
  return row.substr(kContext.size());
}

TEST(Csv, ColumnsAreThoseOfAllEventsEachNameOnce) {
  const std::vector<EventInfo> events = {
      event_info("g", "a", {field("n", Kind::Signed), field("s", Kind::String, 4)}),
      event_info("g", "b", {field("p", Kind::Hex), field("n", Kind::Signed)}, true)};
  std::string out;
  const ShownEvents shown(events);
  append_csv_header(shown, out);
  const auto printer = make_csv_printer(shown, Escape::None);
  printer->take(test::shown(event_of(events[0], {negative(-3), text("x")}), shown), out);
  printer->take(test::shown(event_of(events[1], {number(0x7f), number(4)}), shown), out);
  EXPECT_EQ(out,
            "time,comm,pid,tid,cpu,event,ip,ret_ip,symbol,faults,cut,base64,args.n,args.s,args.p\n"
            "1786.539707276,replay_target,10212,10212,1,g:a,0x560ec4a481e9,,,,,,-3,x,\n"
            "1786.539707276,replay_target,10212,10212,1,g:b,0x560ec4a481e9,0x560ec4a48203,,,,,4,,0x7f\n");
}

TEST(Csv, CellsAreQuotedAsRfc4180Says) {
  EXPECT_EQ(cells({field("s", Kind::String, 4)}, {text("a,b \"c\"\r\nd")}), ",,,\"a,b \"\"c\"\"\r\nd\"\n");
  EXPECT_EQ(cells({field("s", Kind::String, 4)}, {text(" blank ")}), ",,,\" blank \"\n");
  EXPECT_EQ(cells({field("s", Kind::String, 4)}, {text("plain ü")}), ",,,plain ü\n");
}

TEST(Csv, FaultsCutsAndEmptyTextsDiffer) {
  const std::vector<Field> fields = {field("s", Kind::String, 4), field("t", Kind::String, 4),
                                     field("n", Kind::Signed)};
  EXPECT_EQ(cells(fields, {fault(), text("abc", true), fault()}), "s n,t,,,abc,\n");
  EXPECT_EQ(cells(fields, {text("(fault)"), text(""), number(0)}), ",,,(fault),,0\n");
}

TEST(Csv, ArraysAreJson) {
  EXPECT_EQ(
      cells({field("a", Kind::Unsigned, 4, 2), field("x", Kind::Hex, 1, 2), field("l", Kind::String, 4, 2)},
            {number(1), number(2), number(0xfe), number(1), text("a\"b"), fault()}),
      "l,,,\"[1,2]\",\"[\"\"0xfe\"\",\"\"0x1\"\"]\",\"[\"\"a\\\"\"b\"\",null]\"\n");
}

TEST(Csv, BytesThatAreNoTextAreBase64AndNamed) {
  EXPECT_EQ(cells({field("s", Kind::String, 4)}, {text("\xff\xfe")}), ",,s,//4=\n");
  EXPECT_EQ(cells({field("c", Kind::Char, 1)}, {number(0)}), ",,c,AA==\n");
  EXPECT_EQ(cells({field("s", Kind::String, 4)}, {text("\x1b[2J")}), ",,,\x1b[2J\n");
  EXPECT_EQ(cells({field("s", Kind::String, 4)}, {text("\x1b[2J")}, Escape::Terminal), ",,s,G1sySg==\n");
}

TEST(Csv, WhatIsNotKnownIsEmpty) {
  const std::vector<EventInfo> events = {event_info("", "e")};
  Event event = event_of(events[0]);
  event.comm = {};
  event.pid = 0;
  event.cpu = kUnknownCpu;
  const std::string row = test::printed(
      events, event, [](const ShownEvents& shown) { return make_csv_printer(shown, Escape::None); });
  EXPECT_EQ(row, "1786.539707276,,,10212,,e,0x560ec4a481e9,,,,,\n");
}

}  // namespace
}  // namespace uproar
