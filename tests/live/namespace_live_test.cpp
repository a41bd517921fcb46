// Recorders in PID namespaces of their own beside each other: tracefs is one for all of them.
#include <signal.h>

#include "cli.h"
#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class NamespaceLive : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    if (run({"unshare", "-pf", "--mount-proc", "true"}).status != 0)
      GTEST_SKIP() << "needs unshare of util-linux, and leave to make PID namespaces";
  }
  std::string beat() const { return "p:beat " + target_path("sleeper") + ":beat n=%di:s32"; }
  std::string work() const { return "p:work " + target_path("loop") + ":work n=%si:s64"; }
};

TEST_F(NamespaceLive, CommandInsideIsRecordedWithItsName) {
  for (const std::vector<std::string>& proc : {std::vector<std::string>{"--mount-proc"}, {}}) {
    std::vector<std::string> command{"unshare", "-pf"};
    command.insert(command.end(), proc.begin(), proc.end());
    for (const std::string& word :
         {uproar_path(), std::string("record"), std::string("-o"), recording(), std::string("-e"), work(),
          std::string("--"), target_path("loop"), std::string("20")})
      command.push_back(word);
    const Ran ran = run(command);
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto seen = events();
    EXPECT_EQ(seen.size(), 20u) << ran.err;
    for (const Json& event : seen) {
      EXPECT_EQ(event["comm"], "target_loop");
      EXPECT_EQ(event["pid"], event["tid"]);
    }
  }
}

TEST_F(NamespaceLive, ProcessInsideIsRecordedByItsNumberInside) {
  const std::string inside = "'" + target_path("sleeper") + "' & p=$!; sleep 0.2; '" + uproar_path() +
                             "' record -o '" + recording() + "' -e '" + beat() +
                             "' -p $p --duration 500ms; status=$?; kill $p; exit $status";
  const Ran ran = run({"unshare", "-pf", "--mount-proc", "sh", "-c", inside});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_GT(events().size(), 5u) << ran.err;
}

// Both look for leftovers when they start, and neither sees the other's process.
TEST_F(NamespaceLive, RecorderInsideLeavesTheOneOutsideAlone) {
  Running target({target_path("sleeper")});
  Running outside({uproar_path(), "record", "-o", recording(), "-e", beat(), "-p",
                   std::to_string(target.pid()), "--duration", "3"});
  ASSERT_TRUE(eventually([&] { return is_recording(outside.pid()); }));
  for (int i = 0; i < 3; ++i) {
    const Ran cleaned = run({"unshare", "-pf", "--mount-proc", uproar_path(), "clean"});
    EXPECT_EQ(cleaned.status, 0) << cleaned.err;
    EXPECT_EQ(cleaned.out.find("removed"), std::string::npos) << cleaned.out;
    EXPECT_FALSE(traces_of(outside.pid()).empty());
  }
  const Ran ran = outside.wait();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_GT(events().size(), 20u);
}

// From the first namespace everybody is seen, also by a number that is another process's outside.
TEST_F(NamespaceLive, RecorderOutsideLeavesTheOneInsideAlone) {
  const std::string inside = "'" + target_path("sleeper") + "' & p=$!; '" + uproar_path() + "' record -o '" +
                             recording() + "' -e '" + beat() + "' -p $p --duration 3; kill $p";
  Running recorder({"unshare", "-pf", "--mount-proc", "sh", "-c", inside});
  sleep_ms(1500);
  const Ran cleaned = uproar({"clean"});
  EXPECT_EQ(cleaned.status, 0) << cleaned.err;
  EXPECT_EQ(recorder.wait().status, 0);
  EXPECT_GT(events().size(), 20u);
}

}  // namespace
}  // namespace uproar::live
