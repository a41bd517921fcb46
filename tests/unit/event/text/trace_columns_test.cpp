#include "event/text/trace_columns.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

TraceColumns read(std::string_view line) {
  TraceColumns columns;
  EXPECT_EQ(read_trace_columns(line, columns), ColumnStatus::Ok) << line;
  return columns;
}

ColumnStatus status_of(std::string_view line) {
  TraceColumns columns;
  return read_trace_columns(line, columns);
}

TEST(TraceColumns, AllColumns) {
  const TraceColumns got = read("            main-15178   [001] d.h21  1420.721904: basic: (0x55c1) n=0");
  EXPECT_EQ(got.comm, "main");
  EXPECT_EQ(got.tid, 15178);
  EXPECT_EQ(got.pid, 0);
  EXPECT_EQ(got.cpu, 1U);
  EXPECT_EQ(got.flags, 0x01 | 0x08);
  EXPECT_EQ(got.preempt_count, 0x12);
  EXPECT_EQ(got.time_ns, 1420721904000U);
  EXPECT_EQ(got.event, "basic");
  EXPECT_EQ(got.body, "(0x55c1) n=0");
}

TEST(TraceColumns, TaskNamesMayHoldAnything) {
  EXPECT_EQ(read("   a b-7 [0]: x -15178   [001] .....  1.000001: e: ").comm, "a b-7 [0]: x ");
  EXPECT_EQ(read("    fx-1 [000] d-15178   [001] .....  1.000001: e: ").comm, "fx-1 [000] d");
  EXPECT_EQ(read("                -15178   [001] .....  1.000001: e: ").comm, "");
  EXPECT_EQ(read("           <...>-15178   [001] .....  1.000001: e: ").comm, "");
  EXPECT_EQ(read("             ---15178   [001] .....  1.000001: e: ").comm, "--");
  EXPECT_EQ(read("            a\nb-1       [001] .....  1.000001: e: ").comm, "a\nb");
}

TEST(TraceColumns, NothingBehindTheDashColumnIsTakenForATask) {
  // The string of this event holds a whole forged line.
  const TraceColumns got =
      read("            bash-1       [001] .....  1.000001: e: (0x1) s=\" x-2 [000] ..... 2.0: f: ");
  EXPECT_EQ(got.tid, 1);
  EXPECT_EQ(got.event, "e");
}

TEST(TraceColumns, LinesThatLostTheirLeadingBlanks) {
  EXPECT_EQ(read("bash-4321    [001] .....  1.000001: e: ").comm, "bash");
  EXPECT_EQ(read("kworker-u4:1-4321    [001] .....  1.000001: e: ").comm, "kworker-u4:1");
  EXPECT_EQ(read("a-1 b-4321 [001] .....  1.000001: e: ").comm, "a-1 b");
}

TEST(TraceColumns, ThreadGroupColumn) {
  EXPECT_EQ(read("            main-15178   (   4321) [001] .....  1.000001: e: ").pid, 4321);
  EXPECT_EQ(read("            main-15178   (1234567) [001] .....  1.000001: e: ").pid, 1234567);
  EXPECT_EQ(read("            main-15178   (-------) [001] .....  1.000001: e: ").pid, 0);
  EXPECT_EQ(status_of("            main-15178   (  x  ) [001] .....  1.000001: e: "),
            ColumnStatus::NotAnEvent);
}

struct Flags {
  const char* letters;
  int flags;
  int count;
};

void PrintTo(const Flags& flags, std::ostream* out) {
  *out << flags.letters;
}

class TraceFlags : public testing::TestWithParam<Flags> {};

TEST_P(TraceFlags, LettersAreTheKernelsBytes) {
  const std::string line =
      "            main-1       [000] " + std::string(GetParam().letters) + "  1.000001: e: ";
  const TraceColumns got = read(line);
  EXPECT_EQ(int{got.flags}, GetParam().flags);
  EXPECT_EQ(int{got.preempt_count}, GetParam().count);
}

INSTANTIATE_TEST_SUITE_P(
    All, TraceFlags,
    testing::Values(Flags{".....", 0, 0}, Flags{"d....", 0x01, 0}, Flags{"b....", 0x80, 0},
                    Flags{"D....", 0x81, 0}, Flags{"X....", 0x02, 0}, Flags{".n...", 0x04, 0},
                    Flags{".p...", 0x20, 0}, Flags{".l...", 0x02, 0}, Flags{".N...", 0x24, 0},
                    Flags{".L...", 0x22, 0}, Flags{".b...", 0x06, 0}, Flags{".B...", 0x26, 0},
                    Flags{"..h..", 0x08, 0}, Flags{"..s..", 0x10, 0}, Flags{"..H..", 0x18, 0},
                    Flags{"..z..", 0x40, 0}, Flags{"..Z..", 0x48, 0}, Flags{"...1.", 0, 0x01},
                    Flags{"....2", 0, 0x20}, Flags{"...a3", 0, 0x3a}, Flags{"d..1", 0x01, 0x01},
                    Flags{"DBZff", 0xff, 0xff}, Flags{"DBZf.", 0xef, 0x0f}));

TEST(TraceColumns, MissingFlagsColumn) {
  const TraceColumns got = read("            main-1       [000]   1759.275145: e: (0x1)");
  EXPECT_EQ(got.flags, 0);
  EXPECT_EQ(got.time_ns, 1759275145000U);
}

TEST(TraceColumns, TimesOfEveryClock) {
  EXPECT_EQ(read("            main-1       [000] .....            3: e: ").time_ns, 3U);
  EXPECT_EQ(read("            main-1       [000] ..... 3141592653589: e: ").time_ns, 3141592653589U);
  EXPECT_EQ(read("            main-1       [000] .....  1.5: e: ").time_ns, 1500000000U);
  EXPECT_EQ(read("            main-1       [000] .....  1.123456789: e: ").time_ns, 1123456789U);
  EXPECT_EQ(read("            main-1       [000] ..... 18446744073.709551: e: ").time_ns,
            18446744073709551000U);
  for (const char* bad :
       {"18446744073.709552", "99999999999999999999", "1.", ".5", "1.1234567890", "1.-5", "-1.5", "1.5.5"}) {
    EXPECT_EQ(status_of("            main-1       [000] .....  " + std::string(bad) + ": e: "),
              ColumnStatus::Damaged)
        << bad;
  }
}

TEST(TraceColumns, LinesThatAreNoEvents) {
  for (const char* line :
       {"", "-", "last\" n=-7", "# tracer: nop", "            main-1", "            main-1       [",
        "            main-x       [000] .....  1.5: e: ", " => do_syscall_64",
        "            main-99999999999 [000] .....  1.5: e: ", "main-1 [99999999999] ..... 1.5: e: "}) {
    EXPECT_EQ(status_of(line), ColumnStatus::NotAnEvent) << line;
  }
}

TEST(TraceColumns, NamesLongerThanTheKernels) {
  const std::string line =
      "com.android.system-ui.extra-611   (  611) [001] d..5 514769.086090: take: (0x1) id=-1";
  TraceColumns columns;
  EXPECT_NE(read_trace_columns(line, columns), ColumnStatus::Ok);
  ASSERT_EQ(read_wide_columns(line, 64, columns), ColumnStatus::Ok);
  EXPECT_EQ(columns.comm, "com.android.system-ui.extra");
  EXPECT_EQ(columns.tid, 611);
  EXPECT_EQ(columns.pid, 611);
  EXPECT_EQ(columns.event, "take");
  EXPECT_NE(read_wide_columns(line, 20, columns), ColumnStatus::Ok);
  EXPECT_NE(read_wide_columns(std::string(100, '-'), 64, columns), ColumnStatus::Ok);
}

TEST(TraceColumns, LatencyFormat) {
  TraceColumns columns;
  ASSERT_TRUE(read_latency_columns("    tick-25571     3d..1.  1354us+: step: (0x1) i=0", columns));
  EXPECT_EQ(columns.comm, "tick");
  EXPECT_EQ(columns.tid, 25571);
  EXPECT_EQ(columns.cpu, 3u);
  EXPECT_EQ(columns.time_ns, 1354000u);
  EXPECT_EQ(columns.event, "step");
  EXPECT_EQ(columns.body, "(0x1) i=0");
  ASSERT_TRUE(read_latency_columns("  <idle>-0         0d.h1. 1354.247092: step: x", columns));
  EXPECT_EQ(columns.time_ns, 1354247092000u);
  for (const char* bad :
       {"    tick-25571     3d..1.  1354us++: step: x", "    tick-25571  d..1.  1354us : step: x",
        "    tick-25571     3d..1.  1354ms : step: x", "tick 3d..1. 1us : step: x", ""})
    EXPECT_FALSE(read_latency_columns(bad, columns)) << bad;
}

TEST(TraceColumns, CutLinesAreDamaged) {
  const std::string line = "            main-15178   [001] d.h21  1420.721904: basic: ";
  for (size_t size = line.find(']') + 2; size < line.find("basic:") + 6; ++size) {
    EXPECT_EQ(status_of(line.substr(0, size)), ColumnStatus::Damaged) << line.substr(0, size);
  }
  EXPECT_EQ(status_of("            main-15178   [001] QQQQQ  1420.721904: basic: "), ColumnStatus::Damaged);
  EXPECT_EQ(status_of("            main-15178   [001] .....  1420.721904: 1bad: "), ColumnStatus::Damaged);
  EXPECT_EQ(status_of("            main-15178   [001] .....  1420.721904: a-b: "), ColumnStatus::Damaged);
}

}  // namespace
}  // namespace uproar
