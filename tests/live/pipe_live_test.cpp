// A recorder and whoever reads it while it records: through a pipe, or from a file that somebody touches.
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli.h"

namespace uproar::live {
namespace {

class PipeLive : public LiveTest {
 protected:
  static std::string beat() { return "p:beat " + target_path("sleeper") + ":beat n=%di:s32"; }
  std::string text_of(const std::string& name) const {
    std::ifstream in(file(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  size_t lines_in(const std::string& name) const { return lines_of(text_of(name)).size(); }
  bool wait_for(const std::string& name, const std::string& word) const {
    return eventually([&] { return text_of(name).find(word) != std::string::npos; });
  }
};

TEST_F(PipeLive, EventsAreShownWithinASecondAndCtrlCKeepsAll) {
  Running target({target_path("sleeper")});
  // A group of their own, as a shell with a terminal makes it.
  Running pair({"setsid", "sh", "-c",
                "'" + uproar_path() + "' record -e '" + beat() + "' -o - -p " + std::to_string(target.pid()) +
                    " 2>'" + file("record.err") + "' | '" + uproar_path() + "' script - >'" + file("out") +
                    "' 2>'" + file("script.err") + "'"});
  ASSERT_TRUE(wait_for("record.err", "uproar: recording\n")) << text_of("record.err");
  sleep_ms(1200);
  const size_t early = lines_in("out");
  EXPECT_GT(early, 5u) << "of about 30";
  sleep_ms(1000);
  EXPECT_GT(lines_in("out"), early + 20) << "of about 100 more";
  ::kill(-pair.pid(), SIGINT);
  pair.wait();
  const std::string summary = text_of("record.err");
  EXPECT_NE(summary.find("uproar: " + std::to_string(lines_in("out")) + " events recorded, 0 lost"),
            std::string::npos)
      << summary << lines_in("out");
  EXPECT_EQ(text_of("script.err"), "");
}

TEST_F(PipeLive, ReaderThatGoesIsToldAsWhatItIs) {
  const Ran ran =
      run({"sh", "-c",
           "'" + uproar_path() + "' record -q -e 'p:work " + target_path("loop") +
               ":work n=%si:s64' -o - -- '" + target_path("loop") + "' 3000000 | head -c 2000 >/dev/null"});
  EXPECT_NE(ran.err.find("cannot write standard output: Broken pipe"), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find("keeps them"), std::string::npos) << ran.err;
}

TEST_F(PipeLive, FileThatIsRemovedOrCutEndsItWithAnError) {
  Running target({target_path("sleeper")});
  for (const bool removed : {true, false}) {
    Running recorder({uproar_path(), "record", "-o", recording(), "-e", beat(), "-p",
                      std::to_string(target.pid()), "--duration", "20"});
    ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
    sleep_ms(1200);
    if (removed) {
      std::filesystem::remove(recording());
    } else {
      std::filesystem::resize_file(recording(), 0);
    }
    const Ran ran = recorder.wait();
    EXPECT_EQ(ran.status, 1);
    EXPECT_NE(ran.err.find(removed ? "was removed, or replaced by another file, while it was written"
                                   : "was cut to 0 bytes while it was written"),
              std::string::npos)
        << ran.err;
    EXPECT_EQ(ran.err.find("keeps them"), std::string::npos) << ran.err;
  }
}

TEST_F(PipeLive, NohupIsObeyedAndAThreadThatEndsEndsIt) {
  Running target({target_path("sleeper")});
  Running recorder({"nohup", uproar_path(), "record", "-q", "-o", recording(), "-e", beat(), "-t",
                    std::to_string(target.pid())});
  ASSERT_TRUE(eventually([&] { return is_recording(recorder.pid()); }));
  recorder.signal(SIGHUP);
  sleep_ms(500);
  EXPECT_TRUE(is_recording(recorder.pid()));
  target.signal(SIGKILL);
  target.wait();
  EXPECT_EQ(recorder.wait().status, 0);
}

TEST_F(PipeLive, FollowerEndsWithTheReasonWhenTheRecorderIsKilled) {
  Running target({target_path("sleeper")});
  Running recorder(
      {uproar_path(), "record", "-q", "-o", recording(), "-e", beat(), "-p", std::to_string(target.pid())});
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(recording()); }));
  Running follower({uproar_path(), "script", "--follow", recording()});
  sleep_ms(1500);
  recorder.signal(SIGKILL);
  recorder.wait();
  const Ran ran = follower.wait();
  EXPECT_NE(ran.err.find("any more, and it has no end: its recorder was killed"), std::string::npos)
      << ran.err;
  EXPECT_GT(lines_of(ran.out).size(), 30u);
  uproar({"clean"});
}

TEST_F(PipeLive, DefinitionThatTheShellSplitIsNotRun) {
  const Ran ran = uproar({"record", "-o", recording(), "-e", target_path("loop") + ":work", "id", "name",
                          "--", target_path("loop"), "3"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("put the definition in quotes: -e '" + target_path("loop") + ":work id name'"),
            std::string::npos)
      << ran.err;
}

}  // namespace
}  // namespace uproar::live
