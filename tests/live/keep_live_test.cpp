// What is kept of a recording: by a recorder that is killed, in a file with a limit, in memory.
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <random>

#include "cli.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

double monotonic() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class KeepLive : public LiveTest {
 protected:
  static std::string beat() { return "p:beat " + target_path("sleeper") + ":beat n=%di:s32"; }
  static std::string tick() { return "p:tick " + target_path("ticks") + ":tick thread=%di:s64 i=%si:s64"; }

  std::vector<Json> events_of(const std::string& path) const {
    Ran ran = uproar({"script", "--json", path});
    return json_lines_of(ran.out);
  }
  Json info_of(const std::string& path) const { return Json::parse(uproar({"info", "--json", path}).out); }
  Json check_of(const std::string& path) const { return Json::parse(uproar({"check", "--json", path}).out); }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(file("")))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
};

// Ten recorders at a time, killed one by one, five times over.
TEST_F(KeepLive, KilledAtFiftyMomentsItLosesAtMostTheLastSecond) {
  Running target({target_path("sleeper")});
  std::mt19937 random(11);
  for (int round = 0; round < 5; ++round) {
    std::vector<std::unique_ptr<Running>> recorders;
    for (int i = 0; i < 10; ++i) {
      std::string path = file("killed" + std::to_string(i) + ".upr");
      recorders.push_back(std::make_unique<Running>(std::vector<std::string>{
          uproar_path(), "record", "-q", "-o", path, "-e", beat(), "-p", std::to_string(target.pid())}));
      // The machine may be busy; the promise is that of a recorder that runs.
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(recorders.back()->pid()), -15);
    }
    for (auto& recorder : recorders)
      ASSERT_TRUE(eventually([&] { return is_recording(recorder->pid()); }, 30'000));
    sleep_ms(1200);
    for (int i = 0; i < 10; ++i) {
      SCOPED_TRACE("round " + std::to_string(round) + ", recorder " + std::to_string(i));
      sleep_ms(20 + static_cast<int>(random() % 150));
      const double killed = monotonic();
      recorders[static_cast<size_t>(i)]->signal(SIGKILL);
      recorders[static_cast<size_t>(i)]->wait();
      std::string path = file("killed" + std::to_string(i) + ".upr");
      auto events = events_of(path);
      ASSERT_FALSE(events.empty());
      EXPECT_LT(killed - events.back()["time"].get<double>(), 1.0);
      for (size_t j = 1; j < events.size(); ++j)
        EXPECT_EQ(events[j]["args"]["n"].get<int>(), events[j - 1]["args"]["n"].get<int>() + 1);
      Json about = info_of(path);
      EXPECT_EQ(about["complete"], false);
      EXPECT_EQ(about["events"], events.size());
      EXPECT_EQ(about["lost"], 0);
      EXPECT_EQ(about["last"], events.back()["time"]);
      Json checked = check_of(path);
      EXPECT_EQ(checked["whole"], false);
      EXPECT_EQ(checked["events"], events.size());
      EXPECT_EQ(checked["whole_bytes"].get<uint64_t>() == checked["bytes"].get<uint64_t>(),
                checked["damage"].empty());
    }
    // One lives on; what the others left is taken away, what it has is not.
    Running alive({uproar_path(), "record", "-q", "-o", file("alive.upr"), "-e", beat(), "-p",
                   std::to_string(target.pid())});
    ASSERT_TRUE(eventually([&] { return is_recording(alive.pid()); }, 30'000));
    auto traces = traces_of(alive.pid());
    uproar({"clean"});
    for (auto& recorder : recorders) EXPECT_EQ(traces_of(recorder->pid()), std::vector<std::string>());
    EXPECT_EQ(traces_of(alive.pid()), traces);
    alive.signal(SIGINT);
    EXPECT_EQ(alive.wait().status, 0);
  }
}

TEST_F(KeepLive, FileWithALimitKeepsTheNewestUnderLoad) {
  Running recorder({uproar_path(), "record", "-o", recording(), "--max-size", "64K", "-m", "64M", "-e",
                    tick(), "--", target_path("ticks"), "200000"});
  uint64_t largest = 0;
  while (::kill(recorder.pid(), 0) == 0) {
    std::error_code gone;
    auto size = std::filesystem::file_size(recording(), gone);
    if (!gone) largest = std::max<uint64_t>(largest, size);
    siginfo_t state{};
    if (::waitid(P_PID, static_cast<id_t>(recorder.pid()), &state, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        state.si_pid != 0)
      break;
    sleep_ms(5);
  }
  Ran ran = recorder.wait();
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_LE(largest, 64u << 10);
  EXPECT_EQ(files(), std::vector<std::string>{"out.upr"});
  EXPECT_NE(ran.err.find(" are in the file, the others were removed: --max-size 64K\n"), std::string::npos)
      << ran.err;

  Json about = info();
  EXPECT_EQ(check_of(recording())["whole"], true);
  EXPECT_EQ(about["complete"], true);
  EXPECT_EQ(about["events"].get<uint64_t>() + about["lost"].get<uint64_t>(), 400'000u);
  EXPECT_GT(about["lost_by"]["removed"], 0);
  ASSERT_EQ(about["lost_by"]["overrun"], 0) << "the ring was too small for the test";
  double cut = 0;
  for (const Json& loss : about["losses"]) cut = std::max(cut, loss["time"].get<double>());
  // The newest of both threads, and from the cut on all of them.
  std::map<int, std::vector<int>> by_thread;
  for (const Json& event : events()) {
    if (event["time"].get<double>() > cut) by_thread[event["args"]["thread"]].push_back(event["args"]["i"]);
  }
  ASSERT_FALSE(by_thread.empty());
  size_t kept = 0;
  for (const auto& [thread, numbers] : by_thread) {
    kept += numbers.size();
    EXPECT_EQ(numbers.back(), 199'999);
    for (size_t i = 1; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], numbers[i - 1] + 1) << thread;
  }
  EXPECT_GT(kept, about["events"].get<size_t>() / 2);
}

TEST_F(KeepLive, KilledWhileTheFileIsReplacedItIsReadable) {
  std::mt19937 random(5);
  Running target({target_path("ticks"), "1000000000000000"});
  for (int i = 0; i < 10; ++i) {
    Running recorder({uproar_path(), "record", "-q", "-o", recording(), "--max-size", "64K", "-e", tick(),
                      "-p", std::to_string(target.pid())});
    ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }, 30'000));
    sleep_ms(400 + static_cast<int>(random() % 300));
    recorder.signal(SIGKILL);
    recorder.wait();
    Json about = info();
    EXPECT_GT(about["events"], 0);
    EXPECT_LE(about["bytes"], 64 << 10);
    EXPECT_EQ(events().size(), about["events"]);
    uproar({"clean"});
    std::filesystem::remove(recording());
  }
}

TEST_F(KeepLive, SnapshotIsWrittenAtSigusr2) {
  Running target({target_path("sleeper")});
  Running recorder({uproar_path(), "record", "-o", recording(), "--snapshot=64K", "-e", beat(), "-p",
                    std::to_string(target.pid())});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }, 30'000));
  sleep_ms(500);
  EXPECT_EQ(files(), std::vector<std::string>()) << "nothing is written before";
  recorder.signal(SIGUSR2);
  ASSERT_TRUE(eventually([&] { return files() == std::vector<std::string>{"out.upr"}; }));
  sleep_ms(300);
  recorder.signal(SIGUSR2);
  ASSERT_TRUE(eventually([&] { return files() == std::vector<std::string>({"out.upr", "out.upr.1"}); }));
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.err.find(", 2 snapshots written\n"), std::string::npos) << ran.err;
  EXPECT_EQ(files(), std::vector<std::string>({"out.upr", "out.upr.1"}));
  auto first = events_of(recording());
  auto second = events_of(recording() + ".1");
  ASSERT_GT(first.size(), 10u);
  ASSERT_GT(second.size(), first.size());
  EXPECT_TRUE(std::equal(first.begin(), first.end(), second.begin()));
  EXPECT_EQ(first[0]["comm"], "target_sleeper");
  for (const std::string& path : {recording(), recording() + ".1"}) EXPECT_EQ(check_of(path)["whole"], true);
}

TEST_F(KeepLive, SnapshotKeepsTheNewestAndTheEndWritesIt) {
  record({"--snapshot=64K", "-m", "64M", "-e", tick(), "--", target_path("ticks"), "200000"});
  Json about = info();
  EXPECT_EQ(about["complete"], true);
  EXPECT_EQ(about["events"].get<uint64_t>() + about["lost"].get<uint64_t>(), 400'000u);
  EXPECT_GT(about["lost_by"]["removed"], 0);
  auto all = events();
  EXPECT_EQ(all.size(), about["events"]);
  EXPECT_EQ(all.back()["args"]["i"], 199'999);
  EXPECT_LT(about["bytes"], 80 << 10);
}

TEST_F(KeepLive, SnapshotIsWrittenWhenItsEventIsHit) {
  Running target({target_path("sleeper")});
  Running recorder({uproar_path(), "record", "-o", recording(), "--snapshot-at", "beat", "-e", beat(), "-p",
                    std::to_string(target.pid())});
  ASSERT_TRUE(eventually([&] { return files() == std::vector<std::string>{"out.upr"}; }, 30'000));
  sleep_ms(500);
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.err.find(", 1 snapshot written\n"), std::string::npos) << ran.err;
  EXPECT_EQ(files(), std::vector<std::string>{"out.upr"}) << "hits that follow ask for none";
  EXPECT_FALSE(events().empty());

  Ran unknown =
      uproar({"record", "-o", file("x.upr"), "--snapshot-at", "nosuch", "-e", beat(), "--", "true"});
  EXPECT_EQ(unknown.err,
            "uproar: error: the recording has no event 'nosuch' for --snapshot-at\n"
            "  help: its events are uprobes/beat\n");
  EXPECT_EQ(unknown.status, 1);
}

TEST_F(KeepLive, SyncedRecordingIsAsAnyOther) {
  for (const std::string policy : {"never", "end", "flush"}) {
    record({"--fsync", policy, "-e", tick(), "--", target_path("ticks"), "100"});
    EXPECT_EQ(info()["events"], 200);
    EXPECT_EQ(check_of(recording())["whole"], true);
  }
}

}  // namespace
}  // namespace uproar::live
