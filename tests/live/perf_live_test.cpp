// The back end of perf events: the same values as through tracefs, children, exact losses, call chains.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class PerfLive : public ProgramTest {
 protected:
  // Of a recording: what does not depend on when and where it ran.
  std::vector<Json> values(const std::string& via, const std::vector<std::string>& events,
                           const std::vector<std::string>& command) {
    std::vector<std::string> arguments = {"--via", via, "-m", "4M"};
    arguments.insert(arguments.end(), events.begin(), events.end());
    arguments.push_back("--");
    arguments.insert(arguments.end(), command.begin(), command.end());
    record(arguments);
    EXPECT_EQ(info()["via"], via);
    EXPECT_EQ(info()["lost"], 0);
    std::vector<Json> all = this->events();
    for (Json& event : all) {
      for (const char* key : {"time", "pid", "tid", "cpu", "ip", "ret_ip"}) event.erase(key);
    }
    return all;
  }
};

TEST_F(PerfLive, TheSameValuesAsThroughTracefs) {
  const std::string loop = target_path("loop");
  struct Row {
    std::vector<std::string> events;
    std::vector<std::string> command;
  };
  const auto work = [&](const std::string& arguments) {
    return std::vector<std::string>{"-e", "p:work " + loop + ":work " + arguments};
  };
  const std::vector<Row> rows = {
      {work("n=%si:s64"), {loop, "50"}},
      {work("name=+0(%di):string n=%si:s64 bits=+0(%dx):b5@3/32 low=%si:s8 hex=%si:x16"), {loop, "50"}},
      {work("a=%si:u8 b=%si:u16 c=%si:u32 d=%si:u64 e=%si:s16 f=%si:s32 g=%si:x8 h=%si:x64"), {loop, "10"}},
      {work("c=$comm n=\\7:u32 t=\\\"text\" four=+0(%di):u8[4] bad=+0(\\16):u32 "
            "none=+0(\\16):string"),
       {loop, "10"}},
      {{"-e", "r:done " + loop + ":work twice=$retval:s64"}, {loop, "20"}},
      {{"-e", "p:work " + loop + ":work n=%si:s64", "-e", "r:done " + loop + ":work r=$retval"},
       {loop, "10"}},
      {{"-e", "p:first " + loop + ":work", "-e", "p:second " + loop + ":work n=%si:s64"}, {loop, "10"}},
      {{"-e", "p:work " + loop + ":work n=%si:s64", "--filter", "n < -40"}, {loop, "50"}},
  };
  for (const Row& row : rows) {
    const auto through_tracefs = values("tracefs", row.events, row.command);
    const auto through_perf = values("perf", row.events, row.command);
    EXPECT_FALSE(through_tracefs.empty()) << row.events.back();
    EXPECT_EQ(through_tracefs, through_perf) << row.events.back();
  }
}

TEST_F(PerfLive, ThreadsAndChildrenAreFollowedWithTheirNames) {
  record({"--via", "perf", "-e", "p:step " + target_path("tasks") + ":step number=%di:s32", "--",
          target_path("tasks")});
  std::vector<std::string> names;
  for (const Json& event : events())
    names.push_back(std::to_string(event["args"]["number"].get<int>()) + " " +
                    event["comm"].get<std::string>());
  const std::string name = std::filesystem::path(target_path("tasks")).filename().string().substr(0, 15);
  EXPECT_EQ(names, (std::vector<std::string>{"1 " + name, "2 renamed", "3 renamed", "4 thread name",
                                             "5 renamed", "6 a child", "7 exe", "8 renamed"}));
}

// Children of children that run other programs must not take the probes of their parents with them.
TEST_F(PerfLive, GrandchildrenThatExecuteLeaveTheProbesWhereTheyAre) {
  write("gen.c", R"(#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) void step(int n) { __asm__ volatile("" ::"r"(n) : "memory"); }
static void many(int n) { for (int i = 0; i < 20; i++) { step(n); sched_yield(); } }
int main(void) {
  step(1);
  pid_t child = fork();
  for (int round = 0; child == 0 && round < 20; round++) {
    pid_t grandchild = fork();
    if (grandchild == 0) { many(2); execl("/bin/true", "true", (char *)0); _exit(1); }
    many(3);
    waitpid(grandchild, 0, 0);
    step(4);
  }
  if (child == 0) _exit(0);
  waitpid(child, 0, 0);
  step(5);
  return 0;
})");
  build("gcc -O1 -o gen gen.c");
  for (int turn = 0; turn < 3; ++turn) {
    record({"--via", "perf", "-e", "p:step " + file("gen") + ":step n=%di:s32", "--", file("gen")});
    EXPECT_EQ(info()["events"], 822);
    EXPECT_EQ(info()["hits"], 822);
  }
}

TEST_F(PerfLive, EveryHitIsRecordedOrLost) {
  record({"--via", "perf", "-m", "8K", "-e", "p:tick " + target_path("ticks") + ":tick thread=%di i=%si:s64",
          "--", target_path("ticks"), "100000"});
  const Json about = info();
  EXPECT_GT(about["lost"].get<uint64_t>(), 0u);
  EXPECT_EQ(about["events"].get<uint64_t>() + about["lost"].get<uint64_t>(), 200000u);
  EXPECT_EQ(about["hits"], 200000);
}

TEST_F(PerfLive, EverybodyIsRecordedButOnTheChosenCpus) {
  Running recorder({uproar_path(), "record", "--via", "perf", "-o", recording(), "-C", "0", "-e",
                    "p:work " + target_path("loop") + ":work n=%si:s64"});
  ASSERT_TRUE(eventually([&] { return recorder.err_so_far().find("recording") != std::string::npos; }));
  run({"taskset", "-c", "0", target_path("loop"), "100"});
  if (::sysconf(_SC_NPROCESSORS_ONLN) > 1) run({"taskset", "-c", "1", target_path("loop"), "50"});
  recorder.signal(SIGINT);
  EXPECT_EQ(recorder.wait().status, 0);
  EXPECT_EQ(info()["events"], 100);
  EXPECT_EQ(info()["hits"], 100);
}

TEST_F(PerfLive, RunningProcessesAndSingleThreads) {
  Running target({target_path("sleeper")});
  for (const char* option : {"-p", "-t"}) {
    record({"--via", "perf", option, std::to_string(target.pid()), "--duration", "500ms", "-e",
            "p:beat " + target_path("sleeper") + ":beat n=%di:s32"});
    // What it forks meanwhile is recorded too, and may come first.
    const auto recorded = events();
    EXPECT_GT(std::count_if(recorded.begin(), recorded.end(),
                            [&](const Json& event) { return event["pid"] == target.pid(); }),
              5)
        << option;
  }
}

// All threads that it has by then, and those that come.
TEST_F(PerfLive, ARunningProcessOfSeveralThreads) {
  write("threads.c", R"(#include <pthread.h>
#include <unistd.h>
__attribute__((noinline)) void beat(long thread) { asm volatile("" ::"r"(thread) : "memory"); }
static void *run(void *thread) {
  for (;;) { beat((long)thread); usleep(5000); }
}
int main(void) {
  pthread_t thread;
  for (long i = 1; i < 5; ++i) pthread_create(&thread, 0, run, (void *)i);
  for (int i = 0;; ++i) {
    if (i == 200) pthread_create(&thread, 0, run, (void *)5);
    beat(0);
    usleep(5000);
  }
})");
  build("gcc -O1 -o threads threads.c -lpthread");
  Running target({file("threads")});
  sleep_ms(100);
  for (const std::string via : {"perf", "bpf", "tracefs"}) {
    record({"--via", via, "-p", std::to_string(target.pid()), "--duration", "1500ms", "-e",
            "p:beat " + file("threads") + ":beat n=%di:s64"});
    std::vector<int> hits(6);
    for (const Json& event : events()) ++hits.at(event["args"]["n"].get<size_t>());
    EXPECT_GT(*std::min_element(hits.begin(), hits.end()), 5) << via;
  }
}

TEST_F(PerfLive, AnEventThatExistsAndTwoRecordersAtOnce) {
  const std::string group = "perf_live_" + std::to_string(::getpid());
  const Ran added = uproar({"add", "p:" + group + "/work " + target_path("loop") + ":work n=%si:s64"});
  ASSERT_EQ(added.status, 0) << added.err;
  Running other({uproar_path(), "record", "--via", "perf", "-o", file("other.upr"), "-e", group + "/work"});
  EXPECT_TRUE(eventually([&] { return other.err_so_far().find("recording") != std::string::npos; }));
  record({"--via", "perf", "-e", group + "/work", "--", target_path("loop"), "100"});
  other.signal(SIGINT);
  EXPECT_EQ(other.wait().status, 0);
  EXPECT_EQ(info()["events"], 100);
  const auto elsewhere = json_lines_of(uproar({"info", "--json", file("other.upr")}).out);
  EXPECT_EQ(elsewhere.front()["events"], 100);
  // One kind at a time: the kernel's rule, in words.
  ASSERT_EQ(uproar({"enable", group + "/work"}).status, 0);
  const Ran refused = uproar({"record", "--via", "perf", "-o", file("no.upr"), "-e", group + "/work", "--",
                              target_path("loop"), "1"});
  EXPECT_EQ(refused.err,
            "uproar: error: " + group +
                "/work is switched on in tracefs: a uprobe event serves ftrace or perf, not both\n"
                "  help: switch it off there, or record it with --via tracefs\n");
  EXPECT_EQ(uproar({"disable", group + "/work"}).status, 0);
  EXPECT_EQ(uproar({"remove", group + "/work"}).status, 0);
}

TEST_F(PerfLive, ARecordThatIsTooLongIsALoss) {
  write("long.c", R"(#include <string.h>
__attribute__((noinline)) void see(const char *a) { __asm__ volatile("" ::"r"(a) : "memory"); }
int main(void) {
  static char text[4001];
  memset(text, 'x', 4000);
  see("short");
  see(text);
  return 0;
})");
  build("gcc -O1 -o long long.c");
  record({"--via", "perf", "-e", "p:see " + file("long") + ":see a=+0(%di):string b=+0(%di):string", "--",
          file("long")});
  EXPECT_EQ(info()["events"], 1);
  EXPECT_EQ(info()["lost"], 1);
  EXPECT_EQ(info()["hits"], 2);
  EXPECT_EQ(events().front()["args"]["b"], "short");
}

TEST_F(PerfLive, AFilterThatMakesNoSenseIsToldOnItsText) {
  const std::vector<std::string> rest = {
      "-o",       recording(), "-e", "p:work " + target_path("loop") + ":work n=%si:s64",
      "--filter", "m < 3",     "--", target_path("loop"),
      "3"};
  std::vector<std::string> perf = {"record", "--via", "perf"}, tracefs = {"record", "--via", "tracefs"};
  perf.insert(perf.end(), rest.begin(), rest.end());
  tracefs.insert(tracefs.end(), rest.begin(), rest.end());
  const Ran refused = uproar(perf);
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.err, uproar(tracefs).err);
}

class PerfStacksLive : public PerfLive {
 protected:
  void SetUp() override {
    PerfLive::SetUp();
    if (IsSkipped()) return;
    write("deep.c",
          R"(__attribute__((noinline)) void nothing(void) { __asm__ volatile(""); }
__attribute__((noinline)) int leaf(int n) { nothing(); __asm__ volatile("" ::"r"(n) : "memory"); return n; }
__attribute__((noinline)) int middle(int n) { int r = leaf(n) + 1; __asm__ volatile("" ::"r"(r)); return r; }
__attribute__((noinline)) int outer(int n) { int r = middle(n) + 1; __asm__ volatile("" ::"r"(r)); return r; }
int main(void) { int sum = 0; for (int i = 0; i < 3; i++) sum += i % 2 ? outer(i) : middle(i); return sum == 0; })");
    build(
        "gcc -O1 -fno-omit-frame-pointer -fcf-protection=none "
        "-fno-optimize-sibling-calls -o deep deep.c");
  }
  // Behind the function's first instructions the caller is told by frame pointers alone.
  std::string leaf() const { return "p:leaf " + file("deep") + ":leaf+0x4 n=%di:s32"; }
  // The functions of each event's block.
  static std::vector<std::string> chains(const std::string& text) {
    std::vector<std::string> all;
    for (const std::string& line : lines_of(text)) {
      if (line.find("leaf: (") != std::string::npos) all.emplace_back();
      if (!line.starts_with("\t") || all.empty()) continue;
      const size_t name = line.find(' ', line.find_first_not_of("\t ")) + 1;
      all.back() += line.substr(name, line.find_first_of("+ ", name) - name) + " ";
    }
    return all;
  }
};

TEST_F(PerfStacksLive, CallChainsAreNamedWhereTheProgramIsGone) {
  record({"--via", "perf", "-g", "-e", leaf(), "--", file("deep")});
  std::filesystem::remove(file("deep"));
  const std::vector<std::string> all = chains(uproar({"script", recording()}).out);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0].starts_with("leaf middle main ")) << all[0];
  EXPECT_TRUE(all[1].starts_with("leaf middle outer main ")) << all[1];
}

TEST_F(PerfStacksLive, LiveTextIsWhatScriptPrints) {
  const Ran live =
      uproar({"trace", "-g", "--via", "perf", "-o", recording(), "-e", leaf(), "--", file("deep")});
  ASSERT_EQ(live.status, 0) << live.err;
  EXPECT_EQ(chains(live.out).size(), 3u);
  EXPECT_EQ(live.out, uproar({"script", recording()}).out);
}

// perf records the same program by an event of the same definition: what it prints of a stack is what we print.
TEST_F(PerfStacksLive, TextIsThatOfPerfScript) {
  if (!has_program("perf")) GTEST_SKIP() << "perf is not installed";
  const std::string group = "perf_live_" + std::to_string(::getpid());
  const Ran added = uproar({"add", "p:" + group + "/leaf " + file("deep") + ":leaf+0x4 n=%di:s32"});
  ASSERT_EQ(added.status, 0) << added.err;
  const Ran perf =
      run({"perf", "record", "-q", "-g", "-e", group + ":leaf", "-o", file("perf.data"), "--", file("deep")});
  const Ran theirs = run({"perf", "script", "-i", file("perf.data")});
  record({"--via", "perf", "-g", "-e", group + "/leaf", "--", file("deep")});
  const Ran ours = uproar({"script", recording()});
  EXPECT_EQ(uproar({"remove", group + "/leaf"}).status, 0);
  EXPECT_EQ(perf.status, 0) << perf.err;
  EXPECT_EQ(chains(ours.out), chains(theirs.out)) << ours.out << theirs.out;
}

}  // namespace
}  // namespace uproar::live
