#include "lower/bpf/event_filter.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

EventSchema schema() {
  EventSchema made;
  made.fields = {{"n", Field::Kind::Signed, 4, 0, 16},
                 {"u", Field::Kind::Unsigned, 8, 0, 24},
                 {"s", Field::Kind::String, 4, 0, 32},
                 {"a", Field::Kind::Hex, 8, 4, 40},
                 {"__len_3", Field::Kind::Unsigned, 8, 0, 72}};
  return made;
}

std::string tree(const EventFilter& filter) {
  switch (filter.kind) {
    case EventFilter::Kind::And:
      return "(" + tree(filter.parts[0]) + " and " + tree(filter.parts[1]) + ")";
    case EventFilter::Kind::Or:
      return "(" + tree(filter.parts[0]) + " or " + tree(filter.parts[1]) + ")";
    case EventFilter::Kind::Not:
      return "not " + tree(filter.parts[0]);
    default:
      break;
  }
  const std::string left = filter.common == EventFilter::Common::None
                               ? std::to_string(filter.field)
                               : "c" + std::to_string(static_cast<int>(filter.common));
  const std::string right = filter.kind == EventFilter::Kind::Text
                                ? filter.text
                                : std::to_string(static_cast<int64_t>(filter.number));
  return left + ":" + std::to_string(static_cast<int>(filter.comparison)) + ":" + right;
}

std::string parsed(std::string_view text) {
  auto filter = parse_event_filter(text, schema());
  return filter.ok() ? tree(*filter) : render(filter.error());
}

TEST(EventFilter, AndBindsMoreThanOr) {
  EXPECT_EQ(parsed("n == -1 || u<0x10&&s ~ \"a*\""), "(0:0:-1 or (1:2:16 and 2:7:a*))");
  EXPECT_EQ(parsed("(n >= 010 || u & 1) && !(s != 'x')"), "((0:5:8 or 1:6:1) and not 2:1:x)");
  EXPECT_EQ(parsed("common_pid == 5 && cpu > 1 && COMM == \"sh\""), "((c2:0:5 and c1:4:1) and c5:0:sh)");
}

TEST(EventFilter, MarkBeforeAPatternNegatesIt) {
  EXPECT_EQ(parsed("s ~ \"!in*\""), "not 2:7:in*");
  EXPECT_EQ(parsed("s == \"!in\""), "2:0:!in");
}

TEST(EventFilter, ComplaintsAreUnderlined) {
  EXPECT_EQ(parsed("x == 1"),
            "error: the event has no argument x\n  x == 1\n  ^\n  help: there are n, u, s, a, comm, cpu, "
            "common_pid\n");
  EXPECT_EQ(parsed("n == "),
            "error: a number is missing here\n  n == \n       ^\n  help: write it as 10, 0x1f or -3\n");
  EXPECT_EQ(parsed("u == -1"),
            "error: this argument has no sign\n  u == -1\n       ^~\n  help: compare with a number that is "
            "not negative\n");
  EXPECT_EQ(parsed("n ~ 1"),
            "error: ~ is no comparison for a number\n  n ~ 1\n    ^\n  help: one of == != < <= > >= &\n");
  EXPECT_EQ(parsed("s > \"a\""),
            "error: > is no comparison for a string\n  s > \"a\"\n    ^\n  help: one of == != ~\n");
  EXPECT_EQ(parsed("s == a"),
            "error: a string is missing here\n  s == a\n       ^\n  help: write it in quotes\n");
  EXPECT_EQ(parsed("(n == 1"),
            "error: this parenthesis is not closed\n  (n == 1\n  ^\n  help: close it with )\n");
  EXPECT_EQ(parsed("n == 1 u == 2"),
            "error: nothing can follow here\n  n == 1 u == 2\n         ^\n  help: join comparisons with && "
            "or ||\n");
  EXPECT_EQ(parsed("a == 1"),
            "error: a is an array, and a filter compares one value\n  a == 1\n  ^\n"
            "  help: choose with script --filter, or fetch the element as an argument of its own\n");
}

TEST(EventFilter, DepthHasAnEnd) {
  EXPECT_NE(parsed(std::string(1000, '(')).find("nested too deeply"), std::string::npos);
  EXPECT_NE(parsed(std::string(1000, '!')).find("nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace uproar
