#include "commands/options/selection_options.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

SelectionOptions given(const std::vector<std::string>& arguments) {
  SelectionOptions options;
  CLI::App app;
  options.declare(app);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  app.parse(reversed);
  return options;
}

std::string complaint(const std::vector<std::string>& arguments) {
  const auto choice = given(arguments).choice();
  return choice.ok() ? "none" : choice.error().message;
}

TEST(SelectionOptions, WithoutOneEverythingIsWanted) {
  const SelectionOptions none = given({});
  EXPECT_FALSE(none.any());
  EXPECT_TRUE(none.choice()->selection.events.empty());
  EXPECT_EQ(none.choice()->time, "");
}

TEST(SelectionOptions, ListsAndRepeatedOptionsAddUp) {
  const SelectionOptions options =
      given({"-e", "a:*,b", "-e", "c", "--pid", "1,-1", "--tid", "0x10", "-c", "bash,sh", "-C", "0-1,3", "-S",
             "main", "--filter", "n > 1", "--time", "1,2"});
  EXPECT_TRUE(options.any());
  const PlayChoice choice = *options.choice();
  EXPECT_EQ(choice.selection.events, (std::vector<std::string>{"a:*", "b", "c"}));
  EXPECT_EQ(choice.selection.pids, (std::vector<int32_t>{1, -1}));
  EXPECT_EQ(choice.selection.tids, (std::vector<int32_t>{16}));
  EXPECT_EQ(choice.selection.comms, (std::vector<std::string>{"bash", "sh"}));
  EXPECT_EQ(choice.selection.cpus, (std::vector<uint32_t>{0, 1, 3}));
  EXPECT_EQ(choice.selection.symbols, (std::vector<std::string>{"main"}));
  EXPECT_EQ(choice.selection.filter, "n > 1");
  EXPECT_EQ(choice.time, "1,2");
}

TEST(SelectionOptions, EachOfThemCounts) {
  for (const char* option : {"-e", "--time", "--filter", "--pid", "--tid", "-c", "-C", "-S"})
    EXPECT_TRUE(given({option, "1"}).any()) << option;
}

TEST(SelectionOptions, BlanksInLists) {
  const PlayChoice choice =
      *given({"-e", "a:*, b", "--pid", "1, 2", "--tid", " 3 ,4 ", "-C", "0, 2-3", "-c", "bash, my task"})
           .choice();
  EXPECT_EQ(choice.selection.events, (std::vector<std::string>{"a:*", "b"}));
  EXPECT_EQ(choice.selection.pids, (std::vector<int32_t>{1, 2}));
  EXPECT_EQ(choice.selection.tids, (std::vector<int32_t>{3, 4}));
  EXPECT_EQ(choice.selection.cpus, (std::vector<uint32_t>{0, 2, 3}));
  EXPECT_EQ(choice.selection.comms, (std::vector<std::string>{"bash", "my task"}));
}

TEST(SelectionOptions, EmptyOnesDoNotMeanEverything) {
  EXPECT_EQ(complaint({"--time", ""}), "Invalid time string ");
  EXPECT_EQ(complaint({"--time", " "}), "Invalid time string  ");
  EXPECT_EQ(complaint({"--pid", ""}), "'' names no task");
  EXPECT_EQ(complaint({"--tid", " , "}), "' , ' names no task");
  EXPECT_TRUE(given({"--time", ""}).any());
}

TEST(SelectionOptions, WhatIsNoNumberIsTold) {
  EXPECT_EQ(complaint({"--pid", "bash"}), "'bash' is no number of a task");
  EXPECT_EQ(complaint({"--tid", "-2"}), "'-2' is no number of a task");
  EXPECT_EQ(complaint({"-C", "1-"}), "'1-' is no list of CPUs");
}

}  // namespace
}  // namespace uproar
