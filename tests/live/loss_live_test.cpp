// Losses are counted, and what is kept is a true subsequence.
#include <map>

#include "cli.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kPerThread = 300000;

class LossLive : public LiveTest {
 protected:
  std::string tick() const { return "p:tick " + target_path("ticks") + ":tick thread=%di:s64 i=%si:s64"; }

  void check_account() {
    Json about = info();
    uint64_t seen = 0;
    std::map<int64_t, int64_t> last;
    for (const Json& event : events()) {
      int64_t thread = event["args"]["thread"];
      int64_t i = event["args"]["i"];
      auto [entry, is_first] = last.try_emplace(thread, i);
      if (!is_first) {
        ASSERT_GT(i, entry->second) << "thread " << thread;
        entry->second = i;
      }
      ++seen;
    }
    EXPECT_EQ(about["events"], seen);
    EXPECT_EQ(seen + about["lost"].get<uint64_t>(), 2 * kPerThread);
    uint64_t told = 0;
    for (const Json& loss : about["losses"]) told += loss["count"].get<uint64_t>();
    EXPECT_EQ(told, about["lost"].get<uint64_t>());
  }
};

TEST_F(LossLive, DefaultBufferAccountsForEveryHit) {
  record({"-e", tick(), "--", target_path("ticks"), std::to_string(kPerThread)});
  check_account();
}

TEST_F(LossLive, TinyBufferLosesButAccountsForEveryHit) {
  record({"-m", "16K", "-e", tick(), "--", target_path("ticks"), std::to_string(kPerThread)});
  check_account();
}

TEST_F(LossLive, SystemWideTinyBufferAgreesWithTheHits) {
  Running recorder({uproar_path(), "record", "-m", "16K", "-o", recording(), "-e", tick()});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  run({target_path("ticks"), std::to_string(kPerThread)});
  recorder.signal(SIGINT);
  ASSERT_EQ(recorder.wait().status, 0);
  EXPECT_EQ(info()["hits"], 2 * kPerThread);
  check_account();
}

TEST_F(LossLive, CallsThatHaveNotReturnedAreNoLoss) {
  Running recorder(
      {uproar_path(), "record", "-o", recording(), "-e", "r:end " + target_path("sleeper") + ":main"});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  Running target({target_path("sleeper")});
  sleep_ms(200);
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.err.find("0 events recorded, 0 lost of 0 hits"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("1 call was seen without a return: still running"), std::string::npos) << ran.err;
  EXPECT_EQ(info()["lost"], 0);
}

TEST_F(LossLive, RecordsTooLongForTheRingAreCounted) {
  std::string take3 =
      "p:take3 " + target_path("strings") + ":take3 a=+0(%di):string b=+0(%si):string c=+0(%dx):string";
  Running recorder({uproar_path(), "record", "-o", recording(), "-e", take3});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  run({target_path("strings"), file("cold")});
  recorder.signal(SIGINT);
  Ran ran = recorder.wait();
  ASSERT_EQ(ran.status, 0) << ran.err;
  Json about = info();
  EXPECT_EQ(about["events"].get<int>() + about["lost"].get<int>(), 1);
}

}  // namespace
}  // namespace uproar::live
