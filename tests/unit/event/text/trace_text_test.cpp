#include "event/text/trace_text.h"

#include <gtest/gtest.h>

#include <string>

#include "support/shown_arguments.h"

namespace uproar {
namespace {

using Kind = TextLine::Kind;

constexpr const char* kColumns = "            bash-4321    [001] DBZff  1420.721904: ";

TextLine parse(const std::string& line, const std::vector<const EventSchema*>& known = {}) {
  return parse_trace_line(line, known);
}

EventSchema schema_of_s_and_n(const std::string& name = "ev", bool is_return = false) {
  EventSchema schema;
  schema.name = name;
  schema.is_return = is_return;
  schema.fields = {{"s", Field::Kind::String, 4, 0, 16}, {"n", Field::Kind::Signed, 4, 0, 20}};
  return schema;
}

TEST(TraceText, EntryLine) {
  const TextLine got =
      parse(std::string(kColumns) + "basic: (0x55c19a8611b9) name=\"hello\" n=0 p=0x55c19a864080");
  ASSERT_EQ(got.kind, Kind::Event);
  EXPECT_EQ(got.event.comm, "bash");
  EXPECT_EQ(got.event.tid, 4321);
  EXPECT_EQ(got.event.cpu, 1U);
  EXPECT_EQ(got.event.flags, 0xff);
  EXPECT_EQ(got.event.preempt_count, 0xff);
  EXPECT_EQ(got.event.time_ns, 1420721904000U);
  EXPECT_EQ(got.event.event, "basic");
  EXPECT_TRUE(got.event.has_ip);
  EXPECT_FALSE(got.event.is_return);
  EXPECT_EQ(got.event.ip, 0x55c19a8611b9U);
  EXPECT_EQ(got.event.return_ip, 0U);
  EXPECT_EQ(shown_arguments(got.event.arguments), "name=[hello] n=0 p=0x55c19a864080");
}

TEST(TraceText, ReturnLineHasTheFunctionSecond) {
  const TextLine got = parse(std::string(kColumns) + "ret: (0x1111 <- 0x2222) arg1=0x5");
  ASSERT_EQ(got.kind, Kind::Event);
  EXPECT_TRUE(got.event.is_return);
  EXPECT_EQ(got.event.ip, 0x2222U);
  EXPECT_EQ(got.event.return_ip, 0x1111U);
}

TEST(TraceText, EventWithoutArguments) {
  const TextLine got = parse(std::string(kColumns) + "ev: (0x1)");
  ASSERT_EQ(got.kind, Kind::Event);
  EXPECT_TRUE(got.event.arguments.empty());
}

TEST(TraceText, SchemaDecidesWhereStringsEnd) {
  const EventSchema schema = schema_of_s_and_n();
  const std::string line = std::string(kColumns) + "ev: (0x1) s=\"a\" k=5 l=\"b\" n=1";
  EXPECT_EQ(shown_arguments(parse(line).event.arguments), "s=[a] k=5 l=[b] n=1");
  EXPECT_EQ(shown_arguments(parse(line, {&schema}).event.arguments), "s=[a\" k=5 l=\"b] n=1");
}

TEST(TraceText, TheSchemaOfThatNameThatFitsIsTaken) {
  EventSchema other = schema_of_s_and_n();
  other.fields[1].name = "m";
  EventSchema returning = schema_of_s_and_n("ev", true);
  EventSchema elsewhere = schema_of_s_and_n("another");
  const EventSchema schema = schema_of_s_and_n();
  const std::string line = std::string(kColumns) + "ev: (0x1) s=\"a\" k=5\" n=1";
  EXPECT_EQ(shown_arguments(parse(line, {nullptr, &elsewhere, &returning, &other, &schema}).event.arguments),
            "s=[a\" k=5] n=1");
  EXPECT_FALSE(ends_inside_string(line, {&other, &schema}));
}

TEST(TraceText, LineThatNoSchemaFitsIsReadByItsShape) {
  const EventSchema schema = schema_of_s_and_n();
  const TextLine got = parse(std::string(kColumns) + "ev: (0x1) x=1 y=2", {&schema});
  ASSERT_EQ(got.kind, Kind::Event);
  EXPECT_EQ(shown_arguments(got.event.arguments), "x=1 y=2");
}

TEST(TraceText, OrdinaryTracepoint) {
  const TextLine got =
      parse(std::string(kColumns) + "task_rename: pid=9421 oldcomm=a b newcomm=c oom_score_adj=0");
  ASSERT_EQ(got.kind, Kind::Event);
  EXPECT_FALSE(got.event.has_ip);
  EXPECT_EQ(shown_arguments(got.event.arguments), "pid=9421 oldcomm=[a b] newcomm=[c] oom_score_adj=0");
}

TEST(TraceText, LostEvents) {
  TextLine got = parse("CPU:1 [LOST 170 EVENTS]");
  ASSERT_EQ(got.kind, Kind::Loss);
  EXPECT_EQ(got.loss.cpu, 1U);
  EXPECT_EQ(got.loss.count, 170U);
  got = parse("CPU:12 [LOST EVENTS]");
  ASSERT_EQ(got.kind, Kind::Loss);
  EXPECT_EQ(got.loss.cpu, 12U);
  EXPECT_FALSE(got.loss.count.has_value());
  for (const char* line : {"CPU:x [LOST 1 EVENTS]", "CPU:1 [LOST x EVENTS]", "CPU:1 [LOST 1EVENTS]",
                           "CPU:1 [LOST ", "CPU:1 [LOST  EVENTS]", "CPU:99999999999 [LOST 1 EVENTS]"}) {
    EXPECT_NE(parse(line).kind, Kind::Loss) << line;
  }
}

TEST(TraceText, CommentsAndAnnotations) {
  EXPECT_EQ(parse("# tracer: nop").kind, Kind::Comment);
  EXPECT_EQ(parse("#").kind, Kind::Comment);
  EXPECT_EQ(parse("##### CPU 0 buffer started ####").kind, Kind::Comment);
}

TEST(TraceText, LineThatBeginsLikeNoEventIsAContinuation) {
  EXPECT_EQ(parse("").kind, Kind::Continuation);
  EXPECT_EQ(parse("last\" n=-7").kind, Kind::Continuation);
  EXPECT_EQ(parse(" => do_syscall_64").kind, Kind::Continuation);
}

TEST(TraceText, CutLinesAreUnreadable) {
  const std::string line = std::string(kColumns) + "ev: (0x12) n=1 a={1,2} s=\"x\"";
  for (const size_t cut : {line.find("ev: ") + 2, line.find("12)") + 2, line.find(" n=") + 1,
                           line.find(" n=") + 3, line.find(",2}") + 1, line.find("\"x\"") + 2}) {
    EXPECT_EQ(parse(line.substr(0, cut)).kind, Kind::Unreadable) << line.substr(0, cut);
  }
  EXPECT_EQ(parse(std::string(kColumns) + "ev: (0x1 <- 2)").kind, Kind::Unreadable);
  EXPECT_EQ(parse(std::string(kColumns) + "ev: (0x11112222333344445)").kind, Kind::Unreadable);
}

TEST(TraceText, OverlongLineIsUnreadable) {
  const std::string line = std::string(kColumns) + "ev: (0x1) s=\"" + std::string(70000, 'a') + "\"";
  EXPECT_EQ(parse(line).kind, Kind::Unreadable);
  EXPECT_FALSE(ends_inside_string(line, {}));
}

TEST(TraceText, ForgedLinesInAStringAreJoined) {
  const EventSchema schema = schema_of_s_and_n();
  const std::string first = std::string(kColumns) + "ev: (0x1) s=\"one";
  const std::string forged = std::string(kColumns) + "ev: (0x2) s=\"two\" n=2";
  const std::string last = "three\" n=3";
  EXPECT_TRUE(ends_inside_string(first, {&schema}));
  EXPECT_TRUE(ends_inside_string(first, {}));
  // With the forged line there is an event that can be read; without the schema that could be its end.
  const std::string whole = first + "\n" + forged + "\n" + last;
  EXPECT_FALSE(ends_inside_string(whole, {&schema}));
  const TextLine got = parse(whole, {&schema});
  ASSERT_EQ(got.kind, Kind::Event);
  EXPECT_EQ(got.event.ip, 1U);
  EXPECT_EQ(shown_arguments(got.event.arguments), "s=[one\n" + forged + "\nthree] n=3");
}

TEST(TraceText, CompleteLinesDoNotEndInsideAString) {
  const EventSchema schema = schema_of_s_and_n();
  for (const char* line : {"ev: (0x1) s=\"a\" n=1", "ev: (0x1) s=(fault) n=1", "other: (0x1)",
                           "task_rename: comm=\"a", "ev: (0x1"}) {
    EXPECT_FALSE(ends_inside_string(kColumns + std::string(line), {&schema})) << line;
  }
  EXPECT_FALSE(ends_inside_string("# s=\"", {}));
  EXPECT_FALSE(ends_inside_string("CPU:1 [LOST 1 EVENTS]", {}));
  EXPECT_FALSE(ends_inside_string("", {}));
}

TEST(TraceText, StringThatLooksCompleteIsInsideIfTheSchemaWantsMore) {
  const EventSchema schema = schema_of_s_and_n();
  const std::string line = kColumns + std::string("ev: (0x1) s=\"a\" k=1");
  EXPECT_FALSE(ends_inside_string(line, {}));
  EXPECT_TRUE(ends_inside_string(line, {&schema}));
  EXPECT_EQ(parse(line, {&schema}).kind, Kind::Event);  // what is left if nothing follows
}

}  // namespace
}  // namespace uproar
