#include "commands/options/script_options.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

ScriptOptions given(const std::vector<std::string>& arguments) {
  ScriptOptions options;
  CLI::App app;
  options.declare(app);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  return options;
}

TEST(ScriptOptions, PrintsAsPerfUnlessAskedOtherwise) {
  TimeCount count(TimeCount::Mode::Absolute);
  const ScriptOptions none = given({});
  const auto printing = none.printing(Escape::None, count);
  ASSERT_TRUE(printing.ok());
  EXPECT_STREQ(printing->style.name, "perf");
  EXPECT_TRUE(printing->options.stacks);
  EXPECT_EQ(none.time_mode(), TimeCount::Mode::Absolute);
}

TEST(ScriptOptions, EveryStyleCanBeNamed) {
  for (const Style& style : styles()) {
    TimeCount count(TimeCount::Mode::Absolute);
    const auto printing = given({"--style", style.name}).printing(Escape::Terminal, count);
    ASSERT_TRUE(printing.ok());
    EXPECT_STREQ(printing->style.name, style.name);
    EXPECT_EQ(printing->options.escape, Escape::Terminal);
  }
  EXPECT_THROW(given({"--style", "none"}), CLI::ValidationError);
}

TEST(ScriptOptions, ThoseOfALineReachThePrinter) {
  TimeCount count(TimeCount::Mode::Absolute);
  const auto printing =
      given({"-F", "+ip", "-F", "-comm", "--ns", "--max-stack", "3", "-G"}).printing(Escape::None, count);
  ASSERT_TRUE(printing.ok());
  EXPECT_EQ(printing->options.fields, (std::vector<std::string>{"+ip", "-comm"}));
  EXPECT_TRUE(printing->options.nanoseconds);
  EXPECT_EQ(printing->options.most_frames, 3u);
  EXPECT_FALSE(printing->options.stacks);
}

TEST(ScriptOptions, TimesAreOfOneKind) {
  EXPECT_EQ(given({"--reltime"}).time_mode(), TimeCount::Mode::SinceFirst);
  EXPECT_EQ(given({"--deltatime"}).time_mode(), TimeCount::Mode::SincePrevious);
  EXPECT_THROW(given({"--reltime", "--deltatime"}), CLI::ParseError);
}

TEST(ScriptOptions, JsonTakesNothingThatIsOfText) {
  for (const std::vector<std::string>& option :
       std::vector<std::vector<std::string>>{{"--style", "perf"},
                                             {"-F", "ip"},
                                             {"--ns"},
                                             {"--show-task-events"},
                                             {"--show-mmap-events"},
                                             {"--show-lost-events"}}) {
    std::vector<std::string> all{"--json"};
    all.insert(all.end(), option.begin(), option.end());
    EXPECT_THROW(given(all), CLI::ParseError) << option[0];
  }
}

TEST(ScriptOptions, SideLinesNeedAStyleThatHasThem) {
  for (const Style& style : styles()) {
    TimeCount count(TimeCount::Mode::Absolute);
    const auto printing = given({"--style", style.name, "--show-lost-events"}).printing(Escape::None, count);
    EXPECT_EQ(printing.ok(), style.takes_side_lines) << style.name;
    if (printing.ok()) continue;
    EXPECT_EQ(render(printing.error()),
              "error: the style '" + std::string(style.name) +
                  "' has lines of events only\n  help: leave --show-… out, or print "
                  "another style\n");
  }
}

TEST(ScriptOptions, ChoiceHoldsTheSelectionAndItsFaults) {
  TimeCount count(TimeCount::Mode::Absolute);
  const ScriptOptions options = given({"--pid", "12", "--reltime"});
  const auto choice = options.choice(*options.printing(Escape::None, count));
  ASSERT_TRUE(choice.ok());
  EXPECT_EQ(choice->selection.pids, std::vector<int32_t>{12});
  EXPECT_TRUE(choice->relative_time);
  const ScriptOptions wrong = given({"--pid", "x"});
  EXPECT_EQ(wrong.choice(*wrong.printing(Escape::None, count)).error().message, "'x' is no number of a task");
}

}  // namespace
}  // namespace uproar
