// record and script on small programs: values, counts, choice of tasks, filters, ends.
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "cli.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class RecordLive : public LiveTest {
 protected:
  std::string work(const std::string& arguments) const {
    return "p:work " + target_path("loop") + ":work " + arguments;
  }
};

TEST_F(RecordLive, ValuesOfEveryHitComeBack) {
  record({"-e", work("name=+0(%di):string n=%si:s64 bits=+0(%dx):b5@3/32 low=%si:s8 hex=%si:x16"), "--",
          target_path("loop"), "100"});
  auto all = events();
  ASSERT_EQ(all.size(), 100u);
  for (size_t i = 0; i < all.size(); ++i) {
    const Json& event = all[i];
    EXPECT_EQ(event["event"], "uprobes:work");
    EXPECT_EQ(event["symbol"], "work");
    EXPECT_EQ(event["comm"], "target_loop");
    EXPECT_EQ(event["args"]["name"], i % 2 ? "odd" : "even");
    EXPECT_EQ(event["args"]["n"], -static_cast<int64_t>(i));
    EXPECT_EQ(event["args"]["bits"], i & 31);
    EXPECT_EQ(event["args"]["low"], -static_cast<int64_t>(i));
  }
  EXPECT_EQ(all[3]["args"]["hex"], "0xfffd");
}

TEST_F(RecordLive, ReturnProbeKnowsItsFunction) {
  record({"-e", "r:done " + target_path("loop") + ":work twice=$retval:s64", "--", target_path("loop"), "3"});
  auto all = events();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2]["args"]["twice"], -4);
  EXPECT_EQ(all[2]["symbol"], "work");
  EXPECT_NE(all[2]["ip"], all[2]["ret_ip"]);
}

TEST_F(RecordLive, MillionHitsAreAllThere) {
  record({"-e", work("name=+0(%di):string n=%si:s64 bits=+0(%dx):b5@3/32"), "--", target_path("loop"),
          "1000000"});
  Json about = info();
  EXPECT_EQ(about["events"].get<uint64_t>() + about["lost"].get<uint64_t>(), 1000000u);
  EXPECT_EQ(about["complete"], true);
  Ran ran = uproar({"script", recording()});
  auto lines = std::count(ran.out.begin(), ran.out.end(), '\n');
  EXPECT_EQ(static_cast<uint64_t>(lines), about["events"].get<uint64_t>());
}

TEST_F(RecordLive, SystemWideCountsEveryHit) {
  Running recorder({uproar_path(), "record", "-o", recording(), "-e", work("n=%si:s64")});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  run({target_path("loop"), "1000"});
  run({target_path("loop"), "500"});
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  ASSERT_EQ(ran.status, 0) << ran.err;
  Json about = info();
  EXPECT_EQ(about["events"], 1500);
  EXPECT_EQ(about["lost"], 0);
  EXPECT_EQ(about["hits"], 1500);
  EXPECT_NE(ran.err.find("1500 events recorded, 0 lost of 1500 hits"), std::string::npos) << ran.err;
}

TEST_F(RecordLive, FilterBelongsToTheEventBeforeIt) {
  record({"-e", work("n=%si:s64"), "--filter", "n < -97", "-e",
          "p:all " + target_path("loop") + ":work n=%si:s64", "--", target_path("loop"), "100"});
  size_t filtered = 0;
  size_t unfiltered = 0;
  for (const Json& event : events()) {
    if (event["event"] == "uprobes:work") {
      EXPECT_LT(event["args"]["n"].get<int>(), -97);
      ++filtered;
    } else {
      ++unfiltered;
    }
  }
  EXPECT_EQ(filtered, 2u);
  EXPECT_EQ(unfiltered, 100u);
}

TEST_F(RecordLive, ProcessAndItsChildrenAreFollowed) {
  Running first({target_path("sleeper")});
  Running second({target_path("sleeper")});
  record({"-e", "p:beat " + target_path("sleeper") + ":beat n=%di:s32", "-p", std::to_string(first.pid()),
          "--duration", "1"});
  std::set<int> pids;
  size_t tenths = 0;
  for (const Json& event : events()) {
    pids.insert(event["pid"].get<int>());
    if (event["args"]["n"].get<int>() % 10 == 9) ++tenths;
  }
  EXPECT_TRUE(pids.count(first.pid()));
  EXPECT_FALSE(pids.count(second.pid()));
  EXPECT_GT(pids.size(), 1u) << "no child was recorded";
  EXPECT_GT(tenths, 0u);
}

TEST_F(RecordLive, ThreadChoiceFollowsNobody) {
  Running target({target_path("sleeper")});
  record({"-e", "p:beat " + target_path("sleeper") + ":beat n=%di:s32", "-t", std::to_string(target.pid()),
          "--duration", "1"});
  auto all = events();
  EXPECT_GT(all.size(), 10u);
  for (const Json& event : all) EXPECT_EQ(event["tid"], target.pid());
}

TEST_F(RecordLive, EndsWhenTheProcessEnds) {
  Running target({target_path("sleeper")});
  Running recorder({uproar_path(), "record", "-o", recording(), "-e",
                    "p:beat " + target_path("sleeper") + ":beat n=%di:s32", "-p",
                    std::to_string(target.pid())});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  sleep_ms(200);
  target.signal(SIGTERM);
  target.wait();
  EXPECT_EQ(recorder.wait().status, 0);
  EXPECT_GT(info()["events"].get<int>(), 0);
}

TEST_F(RecordLive, EverySignalEndsItInOrder) {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Running recorder({uproar_path(), "record", "-o", recording(), "-e", work("n=%si:s64")});
    ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
    recorder.signal(signal);
    EXPECT_EQ(recorder.wait().status, 0) << signal;
    EXPECT_EQ(info()["complete"], true);
  }
}

TEST_F(RecordLive, StatusOfTheCommandIsPassedOn) {
  EXPECT_EQ(uproar({"record", "-o", recording(), "-e", work(""), "--", "sh", "-c", "exit 7"}).status, 7);
  EXPECT_EQ(uproar({"record", "-o", recording(), "-e", work(""), "--", "sh", "-c", "kill -9 $$"}).status,
            137);
}

TEST_F(RecordLive, CommandIsEndedWhenTheRecordingIsStoppedBeforeIt) {
  Ran ran = uproar({"record", "-o", recording(), "-e", work(""), "--duration", "300ms", "--", "sh", "-c",
                    "echo $$; exec sleep 60"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(::kill(std::stoi(ran.out), 0), 0);
}

TEST_F(RecordLive, OldRecordingIsKept) {
  record({"-e", work("n=%si:s64"), "--", target_path("loop"), "3"});
  record({"-e", work("n=%si:s64"), "--", target_path("loop"), "5"});
  EXPECT_EQ(info()["events"], 5);
  Ran old = uproar({"info", "--json", recording() + ".old"});
  EXPECT_EQ(Json::parse(old.out)["events"], 3);
}

TEST_F(RecordLive, RecordingGoesThroughAPipe) {
  Ran ran = run({"sh", "-c",
                 uproar_path() + " record -q -o - -e '" + work("n=%si:s64") + "' -- " + target_path("loop") +
                     " 10 | " + uproar_path() + " script --json -"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(json_lines_of(ran.out).size(), 10u);
}

TEST_F(RecordLive, TwoRecordersMayUseOneDefinition) {
  std::string definition = work("n=%si:s64");
  Running first({uproar_path(), "record", "-o", file("a.upr"), "-e", definition});
  Running second({uproar_path(), "record", "-o", file("b.upr"), "-e", definition});
  ASSERT_TRUE(eventually([&] { return is_recording(first.pid()) && is_recording(second.pid()); }));
  run({target_path("loop"), "50"});
  first.signal(SIGINT);
  EXPECT_EQ(first.wait().status, 0);
  run({target_path("loop"), "25"});
  second.signal(SIGINT);
  EXPECT_EQ(second.wait().status, 0);
  EXPECT_EQ(Json::parse(uproar({"info", "--json", file("a.upr")}).out)["events"], 50);
  EXPECT_EQ(Json::parse(uproar({"info", "--json", file("b.upr")}).out)["events"], 75);
}

TEST_F(RecordLive, RecordingIsReadableWhileItIsWritten) {
  Running target({target_path("sleeper")});
  Running recorder({uproar_path(), "record", "-o", recording(), "-e",
                    "p:beat " + target_path("sleeper") + ":beat n=%di:s32"});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  sleep_ms(1500);
  Ran during = uproar({"info", "--json", recording()});
  Json about = Json::parse(during.out);
  EXPECT_GT(about["events"].get<int>(), 20);
  EXPECT_EQ(about["complete"], false);
  recorder.signal(SIGINT);
  EXPECT_EQ(recorder.wait().status, 0);
}

TEST_F(RecordLive, KilledRecorderLosesAtMostTheLastSecondAndTheNextStartCleans) {
  Running target({target_path("sleeper")});
  Running recorder({uproar_path(), "record", "-o", recording(), "-e",
                    "p:beat " + target_path("sleeper") + ":beat n=%di:s32"});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  sleep_ms(2000);
  pid_t pid = recorder.pid();
  {
    // An instance with an open file is not removed: any other recorder that starts now would clean, too.
    std::ifstream held(Tracefs::locate()->path(instance_of(pid) + "/tracing_on"));
    recorder.signal(SIGKILL);
    recorder.wait();
    EXPECT_FALSE(traces_of(pid).empty());
  }
  Ran script = uproar({"script", "--json", recording()});
  EXPECT_EQ(script.status, 0);
  EXPECT_NE(script.err.find("the recording has no end"), std::string::npos) << script.err;
  EXPECT_GT(json_lines_of(script.out).size(), 60u);
  uproar({"record", "-o", file("next.upr"), "-e", work(""), "--", "true"});
  EXPECT_EQ(traces_of(pid), std::vector<std::string>());
}

TEST_F(RecordLive, TracePipeGivesTheSameValues) {
  std::string definition =
      work("name=+0(%di):string n=%si:s64 bits=+0(%dx):b5@3/32 hex=%si:x16 bytes=+0(%di):u8[4]");
  record({"-e", definition, "--", target_path("loop"), "200"});
  auto raw = events();
  record({"-e", definition, "--via", "trace_pipe", "--", target_path("loop"), "200"});
  auto text = events();
  ASSERT_EQ(raw.size(), text.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    EXPECT_EQ(raw[i]["args"], text[i]["args"]);
    EXPECT_EQ(text[i]["event"], "uprobes:work");
    EXPECT_EQ(text[i]["pid"], text[i]["tid"]);
  }
}

TEST_F(RecordLive, ReplayInKernelStyleIsTextThatCanBeTakenBack) {
  record({"-e", work("name=+0(%di):string n=%si:s64"), "--", target_path("loop"), "20"});
  auto before = events();
  Ran text = uproar({"script", "--style", "ftrace", recording()});
  Ran imported = uproar({"record", "--from", "-", "-o", file("again.upr")}, text.out);
  ASSERT_EQ(imported.status, 0) << imported.err;
  auto after = json_lines_of(uproar({"script", "--json", file("again.upr")}).out);
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i]["args"], after[i]["args"]);
    EXPECT_EQ(before[i]["comm"], after[i]["comm"]);
    EXPECT_EQ(before[i]["ip"], after[i]["ip"]);
  }
}

}  // namespace
}  // namespace uproar::live
