// trace: live text in order of time over all CPUs, its ends, and the file beside it.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class TraceLive : public ProgramTest {
 protected:
  static std::string beat() { return "p:beat " + target_path("sleeper") + ":beat n=%di:s32"; }
  static std::string tick() { return "p:tick " + target_path("ticks") + ":tick thread=%di:s64 i=%si:s64"; }
  // Of a command in a shell: the status of `trace` and what stood behind the pipe.
  Ran shell(const std::string& line) const { return run({"sh", "-c", line}); }
  std::string text_of(const std::string& name) const {
    std::ifstream in(file(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_F(TraceLive, LinesComeInTheOrderOfTimeOverAllCpus) {
  const Ran ran =
      uproar({"trace", "-m", "16M", "-e", tick(), "--json", "--", target_path("ticks"), "100000"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.err.find("uproar: recording\n"), std::string::npos) << ran.err;
  double before = 0;
  int64_t next[2] = {0, 0};
  for (const Json& event : json_lines_of(ran.out)) {
    ASSERT_GE(event["time"].get<double>(), before);
    before = event["time"];
    int64_t& expected = next[event["args"]["thread"].get<size_t>()];
    ASSERT_EQ(event["args"]["i"], expected);
    ++expected;
  }
  EXPECT_EQ(next[0], 100000);
  EXPECT_EQ(next[1], 100000);
  EXPECT_NE(ran.err.find("uproar: 200000 events printed, 0 lost\n"), std::string::npos) << ran.err;
}

TEST_F(TraceLive, IsWhatScriptPrintsOfTheFileBesideIt) {
  const std::vector<std::vector<std::string>> ways = {{},
                                                      {"--json"},
                                                      {"--ns"},
                                                      {"-F", "comm,tid,time,event"},
                                                      {"--style", "trace-cmd"},
                                                      {"--style", "csv"},
                                                      {"--show-task-events", "--show-lost-events"},
                                                      {"--reltime"}};
  for (const std::vector<std::string>& way : ways) {
    std::vector<std::string> trace = {"trace", "-o", recording(), "-e",
                                      "p:step " + target_path("tasks") + ":step number=%di:s32"};
    trace.insert(trace.end(), way.begin(), way.end());
    trace.insert(trace.end(), {"--", target_path("tasks")});
    const Ran live = uproar(trace);
    ASSERT_EQ(live.status, 0) << live.err;
    std::vector<std::string> script = {"script", recording()};
    script.insert(script.end(), way.begin(), way.end());
    const Ran replayed = uproar(script);
    EXPECT_EQ(live.out, replayed.out) << (way.empty() ? "" : way.front());
    EXPECT_GE(lines_of(live.out).size(), 8u);
    EXPECT_EQ(info()["complete"], true);
  }
}

TEST_F(TraceLive, EventsAreShownWhileItRuns) {
  Running target({target_path("sleeper")});
  Running trace({"sh", "-c",
                 "exec '" + uproar_path() + "' trace -e '" + beat() + "' -p " + std::to_string(target.pid()) +
                     " >'" + file("out") + "'"});
  ASSERT_TRUE(eventually([&] { return trace.err_so_far().find("recording") != std::string::npos; }));
  EXPECT_TRUE(eventually([&] { return lines_of(text_of("out")).size() > 5; }, 2000));
  trace.signal(SIGINT);
  const Ran ran = trace.wait();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(
      ran.err.find("uproar: " + std::to_string(lines_of(text_of("out")).size()) + " events printed, 0 lost"),
      std::string::npos)
      << ran.err;
}

TEST_F(TraceLive, EndsBehindSoManyEvents) {
  Running target({target_path("sleeper")});
  const Ran ran = uproar({"trace", "-n", "3", "-e", beat(), "-p", std::to_string(target.pid())});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(lines_of(ran.out).size(), 3u) << ran.out;
}

TEST_F(TraceLive, EndsWithItsReader) {
  Running target({target_path("sleeper")});
  const std::string trace = "'" + uproar_path() + "' trace -q -o '" + recording() + "' -e '" + beat() +
                            "' -p " + std::to_string(target.pid());
  const Ran ran = shell(trace + " | head -n 1; echo ended");
  EXPECT_EQ(lines_of(ran.out).size(), 2u) << ran.out;
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(info()["complete"], true);
  // Nothing more has to happen for it to be seen.
  target.signal(SIGSTOP);
  EXPECT_EQ(shell(trace + " | true; echo ended").out, "ended\n");
}

TEST_F(TraceLive, AReaderThatTakesNothingDoesNotKeepItFromEnding) {
  const std::string line = "'" + uproar_path() + "' trace -e '" + tick() + "' --duration 1s -a | sleep 100";
  Running pair({"setsid", "sh", "-c", line});
  sleep_ms(1500);
  run({target_path("ticks"), "100000"});
  ::kill(-pair.pid(), SIGINT);
  sleep_ms(200);
  ::kill(-pair.pid(), SIGINT);
  pair.wait();
  SUCCEED();
}

TEST_F(TraceLive, LossesAreToldWhileItRuns) {
  const Ran ran = shell("'" + uproar_path() + "' trace -m 8K -e '" + tick() + "' -- '" +
                        target_path("ticks") + "' 200000 | (sleep 3; cat) | wc -l");
  EXPECT_NE(ran.err.find(" events lost so far\n"), std::string::npos) << ran.err;
  // What is not printed is lost.
  const size_t at = ran.err.find(" events printed, ");
  ASSERT_NE(at, std::string::npos) << ran.err;
  const uint64_t printed = std::stoull(ran.err.substr(ran.err.rfind(' ', at - 1) + 1));
  EXPECT_EQ(printed, std::stoull(ran.out));
  EXPECT_EQ(printed + std::stoull(ran.err.substr(at + 17)), 400000u) << ran.err;
}

TEST_F(TraceLive, WhatTheCommandPrintsIsNotAmongTheEvents) {
  const Ran ran =
      shell("'" + uproar_path() + "' trace -q --json -e '" + beat() + "' -- sh -c 'echo from the command'");
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "from the command\n");
}

// The block of the guide: what the command prints, but for numbers.
TEST_F(TraceLive, TheGuidesExampleIsTrue) {
  std::ifstream guide(std::string(UPROAR_SOURCE_DIR) + "/doc/guide.md");
  const std::string text{std::istreambuf_iterator<char>(guide), {}};
  const size_t begin = text.find("# uproar trace ");
  ASSERT_NE(begin, std::string::npos);
  const std::string block = text.substr(begin, text.find("```", begin) - begin);
  const std::string command = block.substr(2, block.find('\n') - 2);
  write("tick.c", R"(#include <unistd.h>
__attribute__((noinline)) void tick(long n) { __asm__ volatile("" ::"r"(n) : "memory"); }
int main(void) { for (long i = 0; i < 48; i++) { tick(i); usleep(2000); } return 0; })");
  build("gcc -O1 -o tick tick.c");
  const std::string program = uproar_path();
  const Ran ran =
      shell("cd '" + file("") + "' && '" + program.substr(0, program.rfind('/')) + "/'" + command);
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto shape = [](const std::string& lines) {
    const std::string masked = std::regex_replace(lines, std::regex("\\b[0-9a-f]*[0-9][0-9a-f]*\\b"), "N");
    return std::regex_replace(masked, std::regex(" +"), " ");
  };
  std::string told = shape(ran.err), printed = shape(ran.out);
  const size_t summary = told.find('\n') + 1;
  EXPECT_EQ(told.substr(0, summary) + printed + told.substr(summary),
            shape(block.substr(block.find('\n') + 1)));
}

TEST_F(TraceLive, ATerminalGetsNoControlBytes) {
  if (::access("/usr/bin/script", X_OK) != 0) GTEST_SKIP() << "there is no script(1) to make a terminal";
  const std::string name = file("t\x1b[31m");
  std::filesystem::copy_file(target_path("loop"), name);
  // The name of the file is the task's, too.
  const Ran ran = run(
      {"script", "-qec",
       "'" + uproar_path() + "' trace -q -e 'p:work \"" + name + "\":work comm=$comm' -- '" + name + "' 2",
       "/dev/null"});
  EXPECT_NE(ran.out.find("work"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace uproar::live
