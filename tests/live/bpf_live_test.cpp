// Recording through programs of BPF: whose hits, losses, thousands of places, events that exist, and that nothing stays.

#include <signal.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <set>

#include "bpf_objects.h"
#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class BpfRecordLive : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    const Ran explained = uproar({"explain", "--json", "p:x " + target_path("loop") + ":work"});
    if (explained.out.find(R"({"name":"bpf","possible":true})") == std::string::npos)
      GTEST_SKIP() << "this machine records nothing through BPF";
  }

  void record_bpf(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--via", "bpf"});
    record(arguments);
  }
  // A recorder that goes on until it gets a signal; armed when this returns.
  std::unique_ptr<Running> recorder(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {uproar_path(), "record", "--via", "bpf", "-o", recording()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto running = std::make_unique<Running>(command);
    EXPECT_TRUE(eventually([&] { return running->err_so_far().find("recording") != std::string::npos; }))
        << running->err_so_far();
    return running;
  }
  void end(Running& running) {
    running.signal(SIGINT);
    const Ran ran = running.wait();
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(bpf_objects_left("uproar_" + std::to_string(running.pid())), std::vector<std::string>());
  }
  std::set<int> numbers(const char* argument = "n") {
    std::set<int> all;
    for (const Json& event : events()) all.insert(event["args"][argument].get<int>());
    return all;
  }
};

TEST_F(BpfRecordLive, NamesOfTasksAndChildrenOfACommand) {
  record_bpf({"-e", "p:step " + target_path("tasks") + ":step n=%di:s32", "--", target_path("tasks")});
  std::map<int, std::string> names;
  for (const Json& event : events()) names[event["args"]["n"]] = event["comm"];
  const std::map<int, std::string> expected = {{1, "target_tasks"}, {2, "renamed"}, {3, "renamed"},
                                               {4, "thread name"},  {5, "renamed"}, {6, "a child"},
                                               {7, "exe"},          {8, "renamed"}};
  EXPECT_EQ(names, expected);
  EXPECT_EQ(info()["via"], "bpf");
  EXPECT_EQ(info()["hits"], 8);
}

TEST_F(BpfRecordLive, ProcessesAndThreadsThatAreChosen) {
  const std::string beat = "p:beat " + target_path("sleeper") + ":beat n=%di:s32";
  Running first({target_path("sleeper")});
  Running second({target_path("sleeper")});
  record_bpf({"-e", beat, "-p", std::to_string(first.pid()), "--duration", "1"});
  std::set<int> processes;
  bool child = false;
  for (const Json& event : events()) {
    if (event["args"]["n"].get<int>() % 10 == 9) {
      child = true;  // which did not exist before
    } else {
      processes.insert(event["pid"].get<int>());
    }
  }
  EXPECT_EQ(processes, std::set<int>{first.pid()});
  EXPECT_TRUE(child);
  record_bpf({"-e", beat, "-t", std::to_string(second.pid()), "--duration", "500ms"});
  processes.clear();
  for (const Json& event : events()) processes.insert(event["tid"].get<int>());
  EXPECT_EQ(processes, std::set<int>{second.pid()});
}

TEST_F(BpfRecordLive, EveryHitIsARecordOrALoss) {
  constexpr uint64_t kPerThread = 300000;
  const std::string tick = "p:tick " + target_path("ticks") + ":tick thread=%di:s64 i=%si:s64";
  for (const char* size : {"8M", "4K"}) {
    record_bpf({"-m", size, "-e", tick, "--", target_path("ticks"), std::to_string(kPerThread)});
    const Json about = info();
    uint64_t told = 0;
    for (const Json& loss : about["losses"]) told += loss["count"].get<uint64_t>();
    EXPECT_EQ(about["hits"], 2 * kPerThread) << size;
    EXPECT_EQ(about["events"].get<uint64_t>() + told, 2 * kPerThread) << size;
    EXPECT_EQ(about["lost"], told) << size;
    EXPECT_EQ(told != 0, std::string(size) == "4K");
  }
}

// Every function once, in one link.
TEST_F(BpfRecordLive, ThousandsOfPlaces) {
  if (!has_program("gcc")) GTEST_SKIP() << "no gcc here";
  constexpr int kFunctions = 5000;
  std::string source;
  for (int i = 0; i < kFunctions; ++i)
    source += "__attribute__((noinline)) int f_" + std::to_string(i) +
              "(int n) { __asm__ volatile(\"\" : \"+r\"(n)); return n; }\n";
  source += "int main(void) {\n";
  for (int i = 0; i < kFunctions; ++i) source += "f_" + std::to_string(i) + "(" + std::to_string(i) + ");\n";
  write("many.c", source + "return 0; }\n");
  build("gcc -O1 -o many many.c");
  record_bpf({"-e", "p:many " + file("many") + ":'f_*' n=%di:s32", "--", file("many")});
  int wrong = 0;
  std::set<int> seen;
  for (const Json& event : events()) {
    const int n = event["args"]["n"];
    seen.insert(n);
    if (event["symbol"] != "f_" + std::to_string(n)) ++wrong;
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(kFunctions));
  EXPECT_EQ(wrong, 0);
}

TEST_F(BpfRecordLive, SemaphoresAreRaised) {
  const std::string watched = "p:watched " + target_path("usdt") + ":%app:watched raised=$arg1";
  record_bpf({"-e", watched, "-e", "p:item " + target_path("usdt") + ":%app:item i=$arg1", "--",
              target_path("usdt")});
  for (const Json& event : events()) {
    if (event["event"] == "uprobes:watched") EXPECT_NE(event["args"]["raised"], 0);
  }
  EXPECT_GT(info()["events"].get<int>(), 1);
}

// Its other readers miss nothing, and it is there when the recorder has gone.
TEST_F(BpfRecordLive, AnEventThatExistsIsRecordedBesideItsReaders) {
  const std::string group = "uproartest_bpf_" + std::to_string(::getpid());
  const std::string name = group + "/work";
  ASSERT_EQ(
      uproar({"add", "p:" + name + " " + target_path("loop") + ":work number=%si:s64 text=+0(%di):string"})
          .status,
      0);
  Running tracefs({uproar_path(), "record", "--via", "tracefs", "-o", file("tracefs.upr"), "-e", name});
  ASSERT_TRUE(eventually([&] {
    return is_recording(tracefs.pid()) || tracefs.err_so_far().find("recording") != std::string::npos;
  }));
  record_bpf({"-e", name, "--", target_path("loop"), "1000"});
  tracefs.signal(SIGINT);
  EXPECT_EQ(tracefs.wait().status, 0);
  std::vector<Json> expected;
  for (int i = 0; i < 1000; ++i) expected.push_back({{"number", -i}, {"text", i % 2 ? "odd" : "even"}});
  std::vector<Json> through_bpf;
  for (const Json& event : events()) {
    EXPECT_EQ(event["event"], group + ":work");
    through_bpf.push_back(event["args"]);
  }
  EXPECT_EQ(through_bpf, expected);
  std::vector<Json> through_tracefs;
  for (const Json& event : json_lines_of(uproar({"script", "--json", "-i", file("tracefs.upr")}).out))
    through_tracefs.push_back(event["args"]);
  EXPECT_EQ(through_tracefs, expected);
  if (has_program("perf")) {
    Running perf(
        {"perf", "record", "-q", "-o", file("perf.data"), "-e", group + ":work", "-a", "--", "sleep", "1.5"});
    sleep_ms(700);
    record_bpf({"-e", name, "--", target_path("loop"), "500"});
    EXPECT_EQ(perf.wait().status, 0);
    EXPECT_EQ(lines_of(run({"perf", "script", "-i", file("perf.data")}).out).size(), 500U);
    EXPECT_EQ(info()["events"], 500);
  }
  EXPECT_NE(uproar({"events", name}).out.find("work"), std::string::npos);
  EXPECT_EQ(uproar({"remove", name}).status, 0);
}

TEST_F(BpfRecordLive, NothingStaysOfAKilledRecorder) {
  auto running = recorder(
      {"-e", "p:work " + target_path("loop") + ":work", "-e", "r:end " + target_path("loop") + ":work"});
  const std::string start = "uproar_" + std::to_string(running->pid());
  EXPECT_FALSE(bpf_objects_named(start).empty());
  run({target_path("loop"), "10"});
  running->signal(SIGKILL);
  running->wait();
  EXPECT_EQ(bpf_objects_left(start), std::vector<std::string>());
  // What names the tasks is an instance of tracefs, which the next recorder removes.
  record_bpf({"-e", "p:work " + target_path("loop") + ":work", "--", target_path("loop"), "1"});
}

TEST_F(BpfRecordLive, NothingStaysOfOneThatEnds) {
  auto running = recorder({"-e", "p:work " + target_path("loop") + ":work n=%si:s64"});
  run({target_path("loop"), "10"});
  end(*running);
  EXPECT_EQ(info()["events"], 10);
}

// No root, no tracefs: the two capabilities are enough, and each alone is not.
TEST_F(BpfRecordLive, NobodyWithTwoCapabilities) {
  if (!has_program("setpriv")) GTEST_SKIP() << "no setpriv here";
  const std::string folder = file("");
  ASSERT_EQ(run({"sh", "-c",
                 "cp " + uproar_path() + " " + target_path("tasks") + " " + folder + " && chmod 777 " +
                     folder + " && chmod 755 " + folder + "/uproar " + folder + "/target_tasks"})
                .status,
            0);
  const auto as_nobody = [&](const std::string& capabilities) {
    return run({"setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups",
                "--inh-caps=" + capabilities, "--ambient-caps=" + capabilities, file("uproar"), "record",
                "--via", "bpf", "-o", recording(), "-e", "p:step " + file("target_tasks") + ":step n=%di:s32",
                "--", file("target_tasks")});
  };
  const Ran both = as_nobody("+bpf,+perfmon");
  ASSERT_EQ(both.status, 0) << both.err;
  EXPECT_EQ(numbers(), (std::set<int>{1, 2, 3, 4, 5, 6, 7, 8}));
  const Ran one = as_nobody("+bpf");
  EXPECT_EQ(one.status, 1);
  EXPECT_EQ(one.err,
            "uproar: error: cannot record via bpf: this user has CAP_BPF, but not CAP_PERFMON\n"
            "  help: uproar doctor shows what is missing, and what mends it\n");
}

}  // namespace
}  // namespace uproar::live
