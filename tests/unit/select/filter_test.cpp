#include "select/filter.h"

#include <gtest/gtest.h>

#include "support/sample_event.h"

namespace uproar {
namespace {

using test::event_info;
using test::event_of;
using test::fault;
using test::field;
using test::negative;
using test::number;
using Kind = Field::Kind;

// n=-3 u=300 s="abc" a={1,2} c='x' t={"one","two"}
const std::vector<EventInfo>& events() {
  static const std::vector<EventInfo> list = {
      event_info("g", "e",
                 {field("n", Kind::Signed, 4), field("u", Kind::Unsigned, 2), field("s", Kind::String, 4),
                  field("a", Kind::Hex, 8, 2), field("c", Kind::Char, 1), field("t", Kind::String, 4, 2)}),
      event_info("g", "back", {field("rc", Kind::Signed, 8)}, true)};
  return list;
}

Event sample() {
  return event_of(events()[0], {negative(-3), number(300), test::text("abc"), number(1), number(2),
                                number('x'), test::text("one"), test::text("two")});
}

bool matches(std::string_view text, const Event& event, uint32_t number = 0) {
  auto filter = Filter::make(text, test::selectable(events()), {true, true});
  EXPECT_TRUE(filter.ok()) << render(filter.error());
  return filter.ok() && filter->matches(number, event);
}
bool matches(std::string_view text) {
  return matches(text, sample());
}

std::string complaint(std::string_view text, const std::vector<bool>& wanted = {true, true}) {
  auto filter = Filter::make(text, test::selectable(events()), wanted);
  return filter.ok() ? "none" : render(filter.error());
}

TEST(Filter, NumbersOfBothSigns) {
  EXPECT_TRUE(matches("n == -3"));
  EXPECT_TRUE(matches("n<0"));
  EXPECT_FALSE(matches("n > -3"));
  EXPECT_TRUE(matches("n >= -3 && n <= -3"));
  EXPECT_TRUE(matches("n != 4"));
  EXPECT_TRUE(matches("u > 0x12b"));
  EXPECT_TRUE(matches("u == 0454"));
  EXPECT_TRUE(matches("u & 0x2c"));
  EXPECT_FALSE(matches("u&3"));
  EXPECT_TRUE(matches("c == 120"));
}

TEST(Filter, Strings) {
  EXPECT_TRUE(matches("s == \"abc\""));
  EXPECT_TRUE(matches("s == 'abc'"));
  EXPECT_FALSE(matches("s == \"ab\""));
  EXPECT_TRUE(matches("s != \"ab\""));
  EXPECT_TRUE(matches("s ~ \"a*\" && s ~ \"*c\" && s ~ \"*b*\" && s ~ \"a?c\" && s ~ \"[a-c]bc\""));
  EXPECT_FALSE(matches("s ~ \"b*\""));
  EXPECT_TRUE(matches("s ~ \"!b*\""));
  EXPECT_FALSE(matches("s ~ \"!a*\""));
}

TEST(Filter, ArrayOfStringsIsItsFirst) {
  EXPECT_TRUE(matches("t == \"one\""));
  EXPECT_FALSE(matches("t == \"two\""));
}

TEST(Filter, AndBindsCloserThanOr) {
  EXPECT_TRUE(matches("n == -3 || n == 1 && n == 2"));
  EXPECT_FALSE(matches("(n == -3 || n == 1) && n == 2"));
  EXPECT_TRUE(matches("n == 1 && n == 2 || n == -3"));
  EXPECT_TRUE(matches("n == 1 || n == 2 || n == -3"));
}

TEST(Filter, NotTurnsRound) {
  EXPECT_TRUE(matches("!(n == 1)"));
  EXPECT_TRUE(matches("! n == 1"));
  EXPECT_FALSE(matches("!(n == 1 || u == 300)"));
  EXPECT_TRUE(matches("!(n == 1 && u == 300)"));
  EXPECT_TRUE(matches("!!(n == -3)"));
  EXPECT_FALSE(matches("!(n == -3 && (u == 1 || s == \"abc\"))"));
}

TEST(Filter, FieldsOfEveryEvent) {
  EXPECT_TRUE(matches("common_pid == 10212 && tid == 10212 && pid == 10212"));
  EXPECT_TRUE(matches("cpu == 1 && CPU == 1 && common_cpu < 2"));
  EXPECT_TRUE(matches("CPU & CPUS{0-1}"));
  EXPECT_FALSE(matches("CPU & CPUS{0,2-3}"));
  EXPECT_TRUE(matches("cpu == CPUS{1}"));
  EXPECT_FALSE(matches("cpu == CPUS{0-1}"));
  EXPECT_TRUE(matches("comm == \"replay_target\" && COMM ~ 'replay*'"));
  EXPECT_TRUE(matches("ip == 0x560ec4a481e9 && __probe_ip == 0x560ec4a481e9"));
  EXPECT_TRUE(matches("time > 1786.5397 && time < 1787 && time <= 1786.539707276"));
  EXPECT_FALSE(matches("time < 1786.539707276"));
  EXPECT_TRUE(matches("common_flags == 255 && common_preempt_count == 255"));
}

TEST(Filter, ReturnProbesHaveTwoAddresses) {
  const Event back = event_of(events()[1], {number(7)});
  EXPECT_TRUE(matches("ret_ip == 0x560ec4a48203 && rc == 7", back, 1));
  EXPECT_TRUE(matches("__probe_func == 0x560ec4a481e9 && __probe_ret_ip == 0x560ec4a48203", back, 1));
}

TEST(Filter, EventThatLacksAFieldNeverMatches) {
  const Event back = event_of(events()[1], {number(7)});
  EXPECT_FALSE(matches("n == -3 || tid == 10212", back, 1));
  EXPECT_FALSE(matches("!(n == 4)", back, 1));
  EXPECT_TRUE(matches("tid == 10212", back, 1));
}

TEST(Filter, FaultsMatchAsInTheKernel) {
  Event event = sample();
  event.values[0] = fault();
  event.values[0].bits = 17;
  event.values[2] = fault();
  EXPECT_TRUE(matches("n == 0", event));
  EXPECT_FALSE(matches("s == \"\"", event));
  EXPECT_FALSE(matches("s ~ \"*\"", event));
  EXPECT_TRUE(matches("s != \"abc\"", event));
}

TEST(Filter, MissingValuesAreFaults) {
  Event event = sample();
  event.values.clear();
  EXPECT_TRUE(matches("u == 0 && s != \"\"", event));
}

TEST(Filter, ComplaintsShowThePlace) {
  EXPECT_EQ(complaint("n > 1 && m == 2"),
            "error: no event has all the fields: m is missing\n"
            "  n > 1 && m == 2\n"
            "           ^\n"
            "  help: there are n, u, s, a, c, t, rc, comm, pid, tid, cpu, ip, time\n");
  EXPECT_EQ(complaint("n = 1"),
            "error: there is no comparison =\n"
            "  n = 1\n"
            "    ^\n"
            "  help: write ==\n");
  EXPECT_EQ(complaint("s == abc"),
            "error: strings stand in quotes\n"
            "  s == abc\n"
            "       ^~~\n"
            "  help: write \"abc\"\n");
  EXPECT_EQ(complaint("s > \"a\""),
            "error: s is a string: it can be compared with == != ~ only\n"
            "  s > \"a\"\n"
            "    ^\n");
  EXPECT_EQ(complaint("s == 1"),
            "error: s is a string: compare it with one\n"
            "  s == 1\n"
            "       ^\n"
            "  help: write it in quotes, as in s == \"abc\"\n");
  EXPECT_EQ(complaint("n ~ \"a\""),
            "error: n is a number: ~ is for strings\n"
            "  n ~ \"a\"\n"
            "    ^\n"
            "  help: compare it with == != < <= > >= &\n");
  EXPECT_EQ(complaint("u == -1"),
            "error: u has no sign: it is never negative\n"
            "  u == -1\n"
            "       ^~\n"
            "  help: write the number without -, or as 0x…\n");
  EXPECT_EQ(complaint("n == 9223372036854775808"),
            "error: the number is too large for a signed one\n"
            "  n == 9223372036854775808\n"
            "       ^~~~~~~~~~~~~~~~~~~\n");
  EXPECT_EQ(complaint("n == 12x"),
            "error: this is no number\n"
            "  n == 12x\n"
            "       ^~~\n"
            "  help: numbers are decimal (100), hexadecimal (0x64) or octal (0144)\n");
  EXPECT_EQ(complaint("n == 1.5"),
            "error: n is a whole number\n"
            "  n == 1.5\n"
            "       ^~~\n"
            "  help: write the number without a fraction\n");
  EXPECT_EQ(complaint("a == 1"),
            "error: a is an array: there is no comparing it\n"
            "  a == 1\n"
            "  ^\n"
            "  help: record its elements as arguments of their own\n");
  EXPECT_EQ(complaint("cpu & CPUS{x}"),
            "error: this is no list of CPUs\n"
            "  cpu & CPUS{x}\n"
            "        ^~~~~~~\n"
            "  help: write CPUS{0-1,3}\n");
}

TEST(Filter, ComplaintsAboutTheGrammar) {
  EXPECT_EQ(complaint("(n == 1"),
            "error: there is no ')' for this '('\n"
            "  (n == 1\n"
            "  ^\n");
  EXPECT_EQ(complaint("n == 1)"),
            "error: there is no '(' for this ')'\n"
            "  n == 1)\n"
            "        ^\n");
  EXPECT_EQ(complaint("s == \"ab"),
            "error: the string has no end\n"
            "  s == \"ab\n"
            "       ^~~\n"
            "  help: close it with \"\n");
  EXPECT_EQ(complaint("n == 1 &&"),
            "error: expected a field\n"
            "  n == 1 &&\n"
            "           ^\n"
            "  help: name an argument of the event, or comm, pid, tid, cpu, ip, time\n");
  EXPECT_EQ(complaint("n && u"),
            "error: expected a comparison behind n\n"
            "  n && u\n"
            "    ^\n"
            "  help: compare with == != < <= > >= & or, strings, with == != ~\n");
  EXPECT_EQ(complaint("n == 1 u == 2"),
            "error: expected && or || or the end\n"
            "  n == 1 u == 2\n"
            "         ^\n"
            "  help: join conditions by && and ||\n");
  EXPECT_EQ(complaint("n =="),
            "error: expected a number or a string in quotes\n"
            "  n ==\n"
            "      ^\n");
  EXPECT_EQ(complaint("  "),
            "error: the filter is empty\n"
            "    \n"
            "    ^\n"
            "  help: write one like 'n > 100 && name ~ \"ab*\"'\n");
}

TEST(Filter, NestingAndLengthHaveLimits) {
  EXPECT_EQ(complaint(std::string(90, '!') + "n == 1"), "none");
  std::string deep(200, '(');
  deep += "n == 1";
  deep.append(200, ')');
  EXPECT_NE(complaint(deep).find("error: the filter is nested too deeply\n"), std::string::npos);
  EXPECT_EQ(complaint(std::string(20000, ' ')), "error: the filter is longer than 16384 bytes\n");
}

TEST(Filter, OnlyWantedEventsAreAsked) {
  EXPECT_EQ(complaint("rc == 1", {false, true}), "none");
  EXPECT_EQ(complaint("rc == 1", {true, false}),
            "error: no event has all the fields: rc is missing\n"
            "  rc == 1\n"
            "  ^~\n"
            "  help: there are n, u, s, a, c, t, comm, pid, tid, cpu, ip, time\n");
}

}  // namespace
}  // namespace uproar
