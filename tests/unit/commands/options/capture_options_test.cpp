// What record and trace are asked for wrongly, whatever the machine allows. What fits is shown by the live tests.
#include "commands/options/capture_options.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

class Given {
 public:
  explicit Given(const std::vector<std::string>& arguments, const std::vector<std::string>& trailing = {}) {
    options_.declare(app_);
    app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    taken_ = options_.take_command(trailing);
    if (taken_.ok()) taken_ = options_.check();
  }
  std::string message() const { return taken_.ok() ? "" : taken_.error().message; }
  const CaptureOptions& options() const { return options_; }

 private:
  CLI::App app_{"", "record"};
  CaptureOptions options_;
  Result<void> taken_;
};

TEST(CaptureOptions, ReachTheRequest) {
  const Given given(
      {"-e", "a:b", "-p", "1,2", "-t", "3", "-C", "0", "-m", "4M", "--duration", "2s", "-n", "7"});
  EXPECT_EQ(given.message(), "");
  const RecordRequest& request = given.options().request();
  EXPECT_EQ(request.processes, (std::vector<int32_t>{1, 2}));
  EXPECT_EQ(request.threads, (std::vector<int32_t>{3}));
  EXPECT_EQ(request.cpus, (std::vector<uint32_t>{0}));
  EXPECT_EQ(request.buffer_kb_per_cpu, 4096u);
  EXPECT_EQ(request.duration_ns, 2'000'000'000u);
  EXPECT_EQ(given.options().most_events(), 7u);
  EXPECT_FALSE(request.enough(6));
  EXPECT_TRUE(request.enough(7));
}

TEST(CaptureOptions, TheCommandBeginsAtTheFirstWordThatIsNoOption) {
  EXPECT_EQ(Given({"-e", "a:b", "ls"}).options().request().command, (std::vector<std::string>{"ls"}));
  EXPECT_EQ(Given({"-e", "a:b"}, {"ls", "-l"}).options().request().command,
            (std::vector<std::string>{"ls", "-l"}));
}

TEST(CaptureOptions, NumbersThatAreNone) {
  EXPECT_EQ(Given({"-e", "a:b", "-n", "0"}).message(), "'0' is no number of events");
  EXPECT_EQ(Given({"-e", "a:b", "-n", "many"}).message(), "'many' is no number of events");
  EXPECT_EQ(Given({"-e", "a:b", "-p", "x"}).message(), "'x' is no process number");
  EXPECT_EQ(Given({"-e", "a:b", "--duration", "x"}).message(), "'x' is no duration");
}

TEST(CaptureOptions, WaysToRecordCallChains) {
  const auto copied = [](const std::string& how) {
    Given given({"-e", "a:b", "--call-graph", how});
    EXPECT_EQ(given.message(), "");
    EXPECT_TRUE(given.options().request().call_chains);
    return given.options().request().copied_stack_bytes;
  };
  EXPECT_EQ(copied("fp"), 0u);
  EXPECT_EQ(copied("dwarf"), 8192u);
  EXPECT_EQ(copied("dwarf,1001"), 1008u);
  EXPECT_EQ(copied("dwarf,65528"), 65528u);
  EXPECT_EQ(Given({"-e", "a:b", "--call-graph", "lbr"}).message(), "'lbr' is no way to record call chains");
  for (const std::string size : {"0", "65529", "x", ""})
    EXPECT_EQ(Given({"-e", "a:b", "--call-graph", "dwarf," + size}).message(),
              "'" + size + "' is no size of a stack to copy");
}

TEST(CaptureOptions, ADefinitionThatTheShellHasSplit) {
  EXPECT_EQ(Given({"-e", "./shop:take", "id", "name"}, {"./shop"}).message(),
            "the words before -- that are no options: id …, would be run as a command; was a definition "
            "meant that the "
            "shell has split?");
}

}  // namespace
}  // namespace uproar
