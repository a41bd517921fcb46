#include "commands/options/printing_options.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

PrintingOptions given(const std::vector<std::string>& arguments) {
  PrintingOptions options;
  CLI::App app;
  options.declare(app);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  return options;
}

TEST(PrintingOptions, ReachThePrinter) {
  TimeCount count(TimeCount::Mode::Absolute);
  const auto printing = given({"-F", "+ip", "--ns", "--max-stack", "3", "--show-lost-events"})
                            .printing(Escape::Terminal, count);
  ASSERT_TRUE(printing.ok());
  EXPECT_STREQ(printing->style.name, "perf");
  EXPECT_EQ(printing->options.fields, (std::vector<std::string>{"+ip"}));
  EXPECT_TRUE(printing->options.nanoseconds);
  EXPECT_EQ(printing->options.most_frames, 3u);
  EXPECT_EQ(printing->options.escape, Escape::Terminal);
  EXPECT_TRUE(printing->side_lines.losses);
  EXPECT_FALSE(printing->side_lines.tasks);
  EXPECT_EQ(printing->count, &count);
}

TEST(PrintingOptions, TimesAreOfOneKind) {
  EXPECT_EQ(given({}).time_mode(), TimeCount::Mode::Absolute);
  EXPECT_EQ(given({"--reltime"}).time_mode(), TimeCount::Mode::SinceFirst);
  EXPECT_EQ(given({"--deltatime"}).time_mode(), TimeCount::Mode::SincePrevious);
  EXPECT_THROW(given({"--reltime", "--deltatime"}), CLI::ExcludesError);
  EXPECT_THROW(given({"--json", "--ns"}), CLI::ExcludesError);
}

TEST(PrintingOptions, LinesThatAreNoEventsNeedAStyleThatTakesThem) {
  TimeCount count(TimeCount::Mode::Absolute);
  const auto printing = given({"--style", "csv", "--show-task-events"}).printing(Escape::None, count);
  ASSERT_FALSE(printing.ok());
  EXPECT_EQ(printing.error().message, "the style 'csv' has lines of events only");
}

}  // namespace
}  // namespace uproar
