#include "convert/text/perf_columns.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(PerfColumns, LineOfATracepoint) {
  PerfColumns columns;
  ASSERT_TRUE(read_perf_columns(
      "            bash 13348 [001] 93939.142576: probe_bash:readline__return: (5626 <- 5627) a=1", columns));
  EXPECT_EQ(columns.comm, "bash");
  EXPECT_EQ(columns.tid, 13348);
  EXPECT_EQ(columns.cpu, 1u);
  EXPECT_EQ(columns.time_ns, 93939142576000u);
  EXPECT_FALSE(columns.period);
  EXPECT_EQ(columns.event, "probe_bash:readline__return");
  EXPECT_EQ(columns.body, " (5626 <- 5627) a=1");
}

TEST(PerfColumns, ProcessPeriodAndBlanksInNames) {
  PerfColumns columns;
  ASSERT_TRUE(
      read_perf_columns("my task 2 27409/28744 [000] 441995.133575123:   10101010 cpu-clock:uhH: ", columns));
  EXPECT_EQ(columns.comm, "my task 2");
  EXPECT_EQ(columns.pid, 27409);
  EXPECT_EQ(columns.tid, 28744);
  EXPECT_EQ(columns.time_ns, 441995133575123u);
  EXPECT_EQ(columns.period, 10101010u);
  EXPECT_EQ(columns.event, "cpu-clock:uhH");
}

TEST(PerfColumns, WithoutCpuOrName) {
  PerfColumns columns;
  ASSERT_TRUE(read_perf_columns("func_ab 15285 28075374.517811: cpu-clock: ", columns));
  EXPECT_FALSE(columns.cpu);
  ASSERT_TRUE(read_perf_columns("  :1234  1234 [000] 1.000001: app:take: (4000)", columns));
  EXPECT_EQ(columns.comm, "") << "perf knew none";
  EXPECT_EQ(columns.tid, 1234);
}

TEST(PerfColumns, OtherLinesAreNone) {
  PerfColumns columns;
  for (const char* line :
       {"", ":", "hello world", "a 1.5: b:", "x 12 [000] 1.000001:", "x 12 [000] 1.000001: (4000)",
        "\tffffffff8104f45a native_write_msr ([kernel.kallsyms])", "x 12 [zz] 1.000001: a:b: "})
    EXPECT_FALSE(read_perf_columns(line, columns)) << line;
}

TEST(PerfColumns, WithoutATime) {
  PerfColumns columns;
  ASSERT_TRUE(read_timeless_columns("java 19983 cycles:", columns));
  EXPECT_EQ(columns.comm, "java");
  EXPECT_EQ(columns.tid, 19983);
  ASSERT_TRUE(read_timeless_columns("java 19983 [003] 250000 cycles:u: ", columns));
  EXPECT_EQ(columns.tid, 19983);
  EXPECT_EQ(columns.period, 250000u);
  EXPECT_FALSE(read_timeless_columns("what follows:", columns));
  EXPECT_FALSE(read_timeless_columns("1 cycles:", columns)) << "no name of a task";
}

}  // namespace
}  // namespace uproar
