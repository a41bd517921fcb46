// record as far as it comes without a kernel: what is asked for wrongly, and trace text taken in.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

void expect_usage(const std::vector<std::string>& options, const std::string& error) {
  std::vector<std::string> all{"record"};
  all.insert(all.end(), options.begin(), options.end());
  const Ran ran = run_in_process(all);
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err, "uproar: error: " + error);
  EXPECT_EQ(ran.out, "");
}

TEST(Record, WithoutEventsIsAUsageError) {
  Ran ran = run_in_process({"record"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err,
            "uproar: error: nothing to record\n  help: name events with -e, or trace text with --from\n");
}

TEST(Record, FilterMustFollowItsEvent) {
  Ran ran = run_in_process({"record", "--filter", "a > 1", "-e", "bash:readline"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err,
            "uproar: error: a --filter stands before every -e\n  help: put each --filter behind the -e it is "
            "for\n");
}

TEST(Record, UnknownOptionIsNotTakenForACommand) {
  Ran ran = run_in_process({"record", "-e", "bash:readline", "--frobnicate"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(
      ran.err,
      "uproar: error: there is no option --frobnicate\n  help: uproar record --help shows what there is\n");
}

TEST(Record, NumbersThatAreNone) {
  const std::string remedy = "\n  help: pgrep NAME finds the number of a running program\n";
  for (const std::string word : {"0", "x", "-1", "1x", "2147483648"}) {
    expect_usage({"-e", "a:b", "-t", word}, "'" + word + "' is no thread number" + remedy);
    expect_usage({"-e", "a:b", "-p", "1," + word}, "'" + word + "' is no process number" + remedy);
  }
  expect_usage({"-e", "a:b", "--duration", "x"}, "'x' is no duration\n  help: write 10, 500ms, 2m or 1h\n");
  expect_usage({"-e", "a:b", "-m", "x"},
               "'x' is no buffer size\n  help: write pages (128) or a size (512K, 4M)\n");
  expect_usage({"-e", "a:b", "-C", "x"}, "'x' is no list of CPUs\n  help: write 0-1,3\n");
}

TEST(Record, CpuThatIsNotThere) {
  const Ran ran = run_in_process({"record", "-e", "a:b", "-C", "0,4096"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err.find("uproar: error: there is no CPU 4096\n  help: this machine has CPUs 0 to "), 0u)
      << ran.err;
}

TEST(Record, TextTakenInHasItsEventsItself) {
  const std::string error =
      "--from takes no events and no command\n  help: the text says which events it holds\n";
  expect_usage({"--from", "x", "-e", "a:b"}, error);
  expect_usage({"--from", "x", "--", "ls"}, error);
}

TEST(Record, InputIsNotWrittenOver) {
  const TemporaryFolder folder;
  const std::string file = folder.put("trace", "text");
  std::filesystem::create_symlink("trace", folder.path("other"));
  const std::string error =
      "--from and -o name the same file\n  help: write the recording elsewhere with -o FILE\n";
  expect_usage({"--from", file, "-o", file}, error);
  expect_usage({"--from", folder.path("other"), "-o", file}, error);
  EXPECT_EQ(folder.get("trace"), "text");
}

TEST(Record, TraceTextBecomesARecording) {
  const TemporaryFolder folder;
  const std::string text = folder.put("trace",
                                      "  bash-17  [001] DNZff 5779.799266: hit: (0x401136) n=5\n  bash-17  "
                                      "[000] ..... 5780.5: hit: (0x401136) n=-6\n");
  const Ran ran = run_in_process({"record", "--from", text, "-o", folder.path("a.upr")});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_NE(ran.err.find("uproar: 2 events recorded, 0 lost, "), std::string::npos) << ran.err;
  const auto about = nlohmann::json::parse(run_in_process({"info", "--json", folder.path("a.upr")}).out);
  EXPECT_EQ(about["events"], 2);
  EXPECT_EQ(about["cpus"], nlohmann::json::parse("[0,1]"));
  EXPECT_NE(run_in_process({"script", folder.path("a.upr")}).out.find("n=-6"), std::string::npos);
}

TEST(Record, MissingTextLeavesNoRecording) {
  const TemporaryFolder folder;
  const Ran ran = run_in_process({"record", "--from", folder.path("none"), "-o", folder.path("a.upr")});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.err, "uproar: error: cannot open " + folder.path("none") + ": No such file or directory\n");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// Before the kernel is asked for anything.
TEST(Record, TaskThatIsNotThere) {
  const TemporaryFolder folder;
  for (const auto& [option, what] : {std::pair("-p", "process"), std::pair("-t", "thread")}) {
    const Ran ran = run_in_process({"record", "-e", "a:b", option, "2147483647", "-o", folder.path("a.upr")});
    EXPECT_EQ(ran.status, kFailed);
    EXPECT_EQ(ran.err, "uproar: error: there is no " + std::string(what) +
                           " 2147483647\n  help: pgrep NAME finds the number of a running program\n");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace uproar
