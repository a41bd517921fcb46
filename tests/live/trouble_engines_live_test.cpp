// Trouble of programs of BPF and of perf events: targets that end while a program sleeps, limits, events that others remove.
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <thread>

#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;
using Texts = std::vector<std::string>;

class TroubleEnginesLive : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    if (!has_program("gcc")) GTEST_SKIP() << "no gcc here";
    const Ran explained = uproar({"explain", "--json", "p:x " + target_path("loop") + ":work"});
    if (explained.out.find(R"({"name":"bpf","possible":true})") == std::string::npos)
      GTEST_SKIP() << "this machine records nothing through BPF";
  }
  // A program whose string is not there yet. Reading it sleeps.
  void build_sleepy() {
    build("gcc -O1 -o sleepy " + target_source("sleepy.c") + " -lpthread");
    if (run({file("sleepy"), "check"}).status == 77) GTEST_SKIP() << "no userfaultfd(2) here";
  }
  std::string take() const { return "p:take " + file("sleepy") + ":take text=+0(%di):string n=%si:s32"; }
  std::unique_ptr<Running> start_recorder() const {
    auto recorder = std::make_unique<Running>(
        Texts{uproar_path(), "record", "--via", "bpf", "-o", recording(), "-e", take()});
    EXPECT_TRUE(eventually([&] { return recorder->err_so_far().find("recording") != std::string::npos; }));
    return recorder;
  }
  // A target in which a program of BPF sleeps by now.
  std::unique_ptr<Running> start_sleeping() const {
    auto target = std::make_unique<Running>(Texts{file("sleepy"), "wait"});
    sleep_ms(500);
    return target;
  }
  // What was read by the number that was passed.
  std::multimap<int, Json> taken() const {
    std::multimap<int, Json> all;
    for (const Json& event : events()) all.emplace(event["args"]["n"], event["args"]["text"]);
    return all;
  }
  void expect_nothing_lost() const {
    const Json about = info();
    EXPECT_EQ(about["lost"], 0);
    EXPECT_EQ(about["hits"], about["events"]);
  }
  // In a shell of its own, whose limits do not matter to the test.
  static Ran limited(const std::string& limit, const Texts& arguments) {
    Texts command = {"sh", "-c", limit + " && exec \"$@\"", "sh", uproar_path()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command);
  }
  static std::string group() { return "trouble_engines_" + std::to_string(::getpid()); }
};

TEST_F(TroubleEnginesLive, ThePageThatAProgramWaitsForIsRead) {
  build_sleepy();
  if (IsSkipped()) return;
  record({"--via", "bpf", "-e", take(), "--", file("sleepy"), "serve"});
  EXPECT_EQ(taken(), (std::multimap<int, Json>{{0, "before"}, {1, "served"}, {2, "after"}}));
  expect_nothing_lost();
}

TEST_F(TroubleEnginesLive, TargetThatEndsWhileAProgramSleeps) {
  build_sleepy();
  if (IsSkipped()) return;
  record({"--via", "bpf", "-e", take(), "--", file("sleepy"), "exit"});
  EXPECT_EQ(taken(), (std::multimap<int, Json>{{0, "before"}, {1, nullptr}}));
  expect_nothing_lost();
  record({"--via", "bpf", "-e", take(), "--", file("sleepy"), "exec"});
  EXPECT_EQ(taken(), (std::multimap<int, Json>{{0, "before"}, {0, "before"}, {1, nullptr}}));
  expect_nothing_lost();
}

TEST_F(TroubleEnginesLive, TargetThatIsKilledWhileAProgramSleeps) {
  build_sleepy();
  if (IsSkipped()) return;
  const auto recorder = start_recorder();
  const auto target = start_sleeping();
  target->signal(SIGKILL);
  EXPECT_EQ(target->wait().status, 128 + SIGKILL);
  recorder->signal(SIGINT);
  EXPECT_EQ(recorder->wait().status, 0);
  EXPECT_EQ(taken(), (std::multimap<int, Json>{{0, "before"}, {1, nullptr}}));
  expect_nothing_lost();
}

// The recorder ends although a program sleeps, and what it wrote is whole.
TEST_F(TroubleEnginesLive, RecorderThatEndsWhileAProgramSleeps) {
  build_sleepy();
  if (IsSkipped()) return;
  const auto recorder = start_recorder();
  const auto target = start_sleeping();
  recorder->signal(SIGINT);
  EXPECT_TRUE(eventually([&] {
    const Ran about = uproar({"info", "--json", recording()});
    return about.status == 0 && Json::parse(about.out)["complete"] == true;
  }));
  target->signal(SIGKILL);
  target->wait();
  EXPECT_EQ(recorder->wait().status, 0);
  EXPECT_EQ(taken().count(0), 1u);
}

// A record that is too large for a program's stack is built in a slot, of which each CPU has a few.
TEST_F(TroubleEnginesLive, HitsThatFindNoSlotAreLosses) {
  build_sleepy();
  if (IsSkipped()) return;
  const size_t threads = std::max(64U, 16 * std::thread::hardware_concurrency());
  record({"--via", "bpf", "-e", take(), "--", file("sleepy"), "serve", std::to_string(threads)});
  const auto all = taken();
  const Json about = info();
  EXPECT_EQ(about["hits"], 1 + 2 * threads);
  EXPECT_EQ(about["events"].get<size_t>() + about["lost"].get<size_t>(), 1 + 2 * threads);
  EXPECT_LT(all.count(1), threads);
  EXPECT_GE(all.count(1), 1u);
  for (const auto& [number, text] : all) {
    if (number == 1) {
      EXPECT_EQ(text, "served");
    }
  }
}

TEST_F(TroubleEnginesLive, HundredsOfEventsWithFewDescriptors) {
  std::string source, calls;
  Texts definitions;
  for (int i = 0; i < 400; ++i) {
    const std::string name = "f_" + std::to_string(i);
    source +=
        "__attribute__((noinline)) int " + name + "(int n) { asm volatile(\"\" : \"+r\"(n)); return n; }\n";
    calls += name + "(" + std::to_string(i) + ");";
    definitions.insert(definitions.end(),
                       {"-e", "p:" + name + " " + file("many") + ":" + name + " n=%di:s32"});
  }
  write("many.c", source + "int main(void) {" + calls + " return 0; }\n");
  build("gcc -O1 -o many many.c");
  const auto arguments = [&](const std::string& via) {
    Texts all = {"record", "-q", "--via", via, "-o", recording()};
    all.insert(all.end(), definitions.begin(), definitions.end());
    all.insert(all.end(), {"--", file("many")});
    return all;
  };
  // All events of one file are one link.
  const Ran through_bpf = limited("ulimit -n 40", arguments("bpf"));
  EXPECT_EQ(through_bpf.status, 0) << through_bpf.err;
  EXPECT_EQ(info()["events"], 400);
  EXPECT_EQ(info()["hits"], 400);
  std::filesystem::remove(recording());
  const Ran through_perf = limited("ulimit -n 40", arguments("perf"));
  EXPECT_EQ(through_perf.status, 1);
  const std::string start = "uproar: error: perf_event_open refuses uprobes/f_";
  EXPECT_EQ(through_perf.err.substr(0, start.size()), start);
  EXPECT_EQ(
      through_perf.err.substr(through_perf.err.find(": Too")),
      ": Too many open files\n"
      "  help: each event takes a descriptor for each thread and CPU: raise the limit (ulimit -n), choose "
      "fewer events or CPUs, or record with --via tracefs\n");
  const Ran without_any = limited("ulimit -n 14", arguments("bpf"));
  EXPECT_EQ(without_any.status, 1);
  EXPECT_NE(
      without_any.err.find(": no more files can be open at once\n  help: raise the limit: ulimit -n 4096\n"),
      std::string::npos)
      << without_any.err;
  EXPECT_FALSE(std::filesystem::exists(recording()));
}

TEST_F(TroubleEnginesLive, OneBadPlaceAmongThousands) {
  std::string
      source = "asm(\".globl f_bad\\n.type f_bad,@function\\nf_bad: insb\\n ret\\n.size f_bad,.-f_bad\");\n",
      calls;
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "f_" + std::to_string(i);
    source +=
        "__attribute__((noinline)) int " + name + "(int n) { asm volatile(\"\" : \"+r\"(n)); return n; }\n";
    calls += name + "(" + std::to_string(i) + ");";
  }
  write("many.c", source + "int main(void) {" + calls + " return 0; }\n");
  build("gcc -O1 -no-pie -o many many.c");
  for (const std::string via : {"bpf", "perf"}) {
    const Ran ran = uproar({"record", "--via", via, "-m", "8M", "-o", recording(), "-e",
                            "p:all " + file("many") + ":'f_*' n=%di:s32", "--", file("many")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.err.find("uproar: warning: 1 of 5001 places are left out (f_bad): no probe is possible on "
                           "the instruction at 0x"),
              0u)
        << ran.err;
    EXPECT_NE(
        ran.err.find(", insb %dx, (%rdi) (6c): the kernel refuses instructions of port input and output"),
        std::string::npos);
    EXPECT_EQ(info()["events"], 5000);
    EXPECT_EQ(info()["hits"], 5000);
  }
}

// Each has all hits; the event is removed while both have programs at its places, and they go on.
TEST_F(TroubleEnginesLive, TwoRecordersUpgradeOneEventThatIsRemovedMeanwhile) {
  const std::string name = group() + "/work";
  ASSERT_EQ(uproar({"add", "p:" + name + " " + target_path("loop") + ":work n=%si:s64"}).status, 0);
  std::vector<std::unique_ptr<Running>> recorders;
  for (const std::string output : {"first.upr", "second.upr"}) {
    recorders.push_back(std::make_unique<Running>(
        Texts{uproar_path(), "record", "--via", "bpf", "-o", file(output), "-e", name}));
    EXPECT_TRUE(
        eventually([&] { return recorders.back()->err_so_far().find("recording") != std::string::npos; }));
  }
  run({target_path("loop"), "70"});
  EXPECT_EQ(uproar({"remove", name}).status, 0);
  run({target_path("loop"), "30"});
  for (const auto& recorder : recorders) {
    recorder->signal(SIGINT);
    const Ran ran = recorder->wait();
    EXPECT_EQ(ran.status, 0) << ran.err;
  }
  for (const std::string output : {"first.upr", "second.upr"}) {
    const Json about = Json::parse(uproar({"info", "--json", file(output)}).out);
    EXPECT_EQ(about["events"], 100);
    EXPECT_EQ(about["hits"], 100);
    EXPECT_EQ(about["lost"], 0);
  }
}

}  // namespace
}  // namespace uproar::live
