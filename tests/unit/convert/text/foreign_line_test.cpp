#include "convert/text/foreign_line.h"

#include <gtest/gtest.h>

#include "event/record_encoder.h"

namespace uproar {
namespace {

using Kind = ForeignLine::Kind;

const std::vector<const EventSchema*>& none(const std::string&) {
  static const std::vector<const EventSchema*> schemas;
  return schemas;
}

ForeignLine parsed(std::string_view line) {
  return parse_foreign_line(line, none);
}

// "name=value …" of an event, strings as they are.
std::string arguments(const ForeignLine& line) {
  std::string out;
  for (const TextArgument& argument : line.event.arguments) {
    out += out.empty() ? "" : " ";
    out += argument.name + "=";
    for (const TextValue& value : argument.values)
      out += value.shape == TextValue::Shape::String  ? value.text
             : value.shape == TextValue::Shape::Fault ? "(fault)"
                                                      : std::to_string(static_cast<int64_t>(value.bits));
  }
  return out;
}

TEST(ForeignLine, LinesOfTheKernelWithAndWithoutQuoting) {
  constexpr std::string_view kLine =
      "            bash-649700  [000] ..... 7482270.891890: readline: (0x55b45485d015 <- 0x55b4548fd690) "
      "arg1=\"ls\" n=5";
  for (const std::string before : {"", "> ", "\t", "> > ", "    "}) {
    const ForeignLine line = parsed(before + std::string(kLine));
    ASSERT_EQ(line.kind, Kind::Event) << before;
    EXPECT_EQ(line.event.comm, "bash");
    EXPECT_EQ(line.event.tid, 649700);
    EXPECT_EQ(line.event.ip, 0x55b4548fd690u);
    EXPECT_EQ(line.event.return_ip, 0x55b45485d015u);
    EXPECT_EQ(arguments(line), "arg1=ls n=5");
    EXPECT_FALSE(line.event.group);
  }
}

TEST(ForeignLine, NamesThatBeginLikeQuoting) {
  const ForeignLine line = parsed("              >x-42      [000] ..... 10.000001: take: (0x4000) n=5");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.event.comm, ">x");
  EXPECT_EQ(parsed(">               bash-42      [000] ..... 10.000001: take: (0x4000) n=5").event.comm,
            "bash");
}

TEST(ForeignLine, LongNamesOfTasks) {
  const ForeignLine line =
      parsed("com.android.systemui long-name-611   (  611) [001] d..5 514769.086090: take: (0x1234) id=-1");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.event.comm, "com.android.systemui long-name");
  EXPECT_EQ(line.event.tid, 611);
  EXPECT_EQ(line.event.pid, 611);
  EXPECT_EQ(arguments(line), "id=-1");
}

TEST(ForeignLine, LinesOfTraceCmd) {
  ForeignLine line = parsed(
      "   replay_target-10212 [001]  1786.539707: open:                 (560ec4a481e9) path=\"/etc/hosts\" "
      "flags=-1");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.dialect, TextDialect::TraceCmd);
  EXPECT_EQ(line.event.ip, 0x560ec4a481e9u);
  EXPECT_EQ(arguments(line), "path=/etc/hosts flags=-1");
  line = parsed(
      "   replay_target-10212 [001]  1786.571708: opened:               (560ec4a481e9 <- 560ec4a481f0) fd=3");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_TRUE(line.event.is_return);
  EXPECT_EQ(line.event.ip, 0x560ec4a481e9u) << "the function stands first";
  EXPECT_EQ(line.event.return_ip, 0x560ec4a481f0u);
  line = parsed("one:             demo-12    [000]  1786.571708: opened:               (560ec4a481e9)");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.event.comm, "demo");
  EXPECT_EQ(parsed("cpus=2").kind, Kind::Comment);
  EXPECT_EQ(parsed("CPU 1 is empty").kind, Kind::Comment);
}

TEST(ForeignLine, LinesOfPerf) {
  ForeignLine line = parsed(
      "            bash 13348 [000] 93939.142576: probe_bash:readline__return: (5626ffac1610 <- "
      "5626ffa46739) arg1=\"ls\"");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.dialect, TextDialect::Perf);
  EXPECT_EQ(line.event.group, "probe_bash");
  EXPECT_EQ(line.event.event, "readline__return");
  EXPECT_EQ(line.event.ip, 0x5626ffac1610u);
  EXPECT_EQ(arguments(line), "arg1=ls");
  line = parsed("java 10488 9962.502413:   10101010 cpu-clock:u: ");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.event.group, "");
  EXPECT_EQ(line.event.event, "cpu-clock:u");
  EXPECT_FALSE(line.event.has_ip);
  EXPECT_EQ(arguments(line), "period=10101010");
  line = parsed("a 1 [000] 1.000001: PERF_RECORD_LOST lost 137");
  ASSERT_EQ(line.kind, Kind::Loss);
  EXPECT_EQ(line.loss.count, 137u);
  EXPECT_TRUE(parsed("java 19983 cycles:").unsure);
}

TEST(ForeignLine, OptionFields) {
  const ForeignLine line = parsed(
      "            tick-25571   [000] DBZff  1354.247092: step: __probe_ip=0x55b4af616161 (94234524868961) "
      "i=0x7 (7) s=hello");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_TRUE(line.event.has_ip);
  EXPECT_EQ(line.event.ip, 0x55b4af616161u);
  EXPECT_EQ(arguments(line), "i=7 s=hello");
}

TEST(ForeignLine, LatencyFormat) {
  ForeignLine line = parsed("            tick-25571     0DBZff  1354us : step: (0x55a3744c5161) i=0 s=\"x\"");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.event.cpu, 0u);
  EXPECT_EQ(line.event.time_ns, 1354000u);
  EXPECT_EQ(arguments(line), "i=0 s=x");
  line = parsed("    tick-25571     1d..1.  1354us+: step: (0x55a3744c5161) i=0");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(line.event.cpu, 1u);
}

TEST(ForeignLine, WithoutContext) {
  const ForeignLine line = parsed("step: (0x55a3744c5161) i=0 s=\"x\"");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_FALSE(line.has_time);
  EXPECT_EQ(line.event.tid, -1);
  EXPECT_EQ(arguments(line), "i=0 s=x");
  EXPECT_EQ(parsed("note: (0xzz) x").kind, Kind::Other);
}

TEST(ForeignLine, LossesOfAllWriters) {
  EXPECT_EQ(parsed("CPU:1 [170 EVENTS DROPPED]").loss.count, 170u);
  EXPECT_EQ(parsed("CPU:1 [LOST 170 EVENTS]").loss.count, 170u);
  EXPECT_EQ(parsed("> CPU:1 [EVENTS DROPPED]").kind, Kind::Loss);
  EXPECT_EQ(parsed("CPU:1 [LOST EVENTS]").kind, Kind::Loss);
  EXPECT_EQ(parsed("CPU:x [LOST 1 EVENTS]").kind, Kind::Other);
}

TEST(ForeignLine, LinesOverCallChains) {
  EXPECT_EQ(parsed("            bash-649700  [000] ..... 7482270.891918: <user stack trace>").kind,
            Kind::UserStack);
  EXPECT_EQ(parsed("            bash-649700  [000] ..... 7482270.891918: <stack trace>").kind,
            Kind::KernelStack);
  EXPECT_EQ(parsed("            tick-2990  [001] 13220.996806: kernel_stack:         <stack trace >").kind,
            Kind::KernelStack);
}

TEST(ForeignLine, WhatDoesNotFitIsKeptAsText) {
  ForeignLine line = parsed("   a-1 [001]  1.000001: open:                 (560e) c='>c<' n=97");
  ASSERT_EQ(line.kind, Kind::Event);
  EXPECT_EQ(arguments(line), "text=c='>c<' n=97");
  EXPECT_EQ(parsed("   a-1 [001]  1.000001: open:                 (560e) s=\"abc").kind, Kind::OpenString);
}

TEST(ForeignLine, WhatIsNoEvent) {
  for (const char* line :
       {"hello", " 0)   1.234 us    |  kfree();",
        "  multipathd-110947  [000] ..... 7482544.968639: __x64_sys_nanosleep <-do_syscall_64", "```"})
    EXPECT_EQ(parsed(line).kind, Kind::Other) << line;
  EXPECT_EQ(parsed("# tracer: nop").kind, Kind::Comment);
  EXPECT_EQ(parsed("> ").kind, Kind::Empty);
}

}  // namespace
}  // namespace uproar
