// USDT probes and function arguments, from the definition as it is typed to the values of a known run.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli.h"

namespace uproar::live {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class UsdtLive : public LiveTest {
 protected:
  std::vector<Json> arguments() const {
    std::vector<Json> all;
    for (const Json& event : events()) all.push_back(event["args"]);
    return all;
  }
  void expect_error(const std::string& definition, const std::string& part) {
    Ran ran = uproar({"record", "-o", recording(), "-e", definition, "--", target_path("usdt")});
    EXPECT_EQ(ran.status, 1) << definition;
    EXPECT_NE(ran.err.find(part), std::string::npos) << ran.err;
  }
};

const std::vector<Json> kItems = {
    {{"i", 0}, {"name", "zero"}, {"length", 4}, {"last", 0}, {"constant", -7}},
    {{"i", 1}, {"name", "one"}, {"length", 3}, {"last", 10}, {"constant", -7}},
    {{"i", 2}, {"name", "two"}, {"length", 3}, {"last", 20}, {"constant", -7}},
    {{"i", 3}, {"name", "three"}, {"length", 5}, {"last", 30}, {"constant", -7}},
};
constexpr const char* kItemArguments =
    ":%app:item i=$arg1 name=$arg2:string length=$arg3 last=$arg4 constant=$arg5";

TEST_F(UsdtLive, EveryPlaceHasItsOwnOperandsInOneEvent) {
  record({"-e", "p:item " + target_path("usdt") + kItemArguments, "--", target_path("usdt")});
  EXPECT_EQ(arguments(), kItems);
  std::vector<std::string> functions;
  for (const Json& event : events()) functions.push_back(event["symbol"]);
  EXPECT_EQ(functions, (std::vector<std::string>{"even", "odd", "even", "odd"}));
}

TEST_F(UsdtLive, ValuesHaveTheSizeAndSignOfTheNote) {
  record({"-e", "p:pair " + target_path("usdt") + ":%app:pair $arg1 wide=$arg2", "--", target_path("usdt")});
  auto all = arguments();
  ASSERT_EQ(all.size(), 4u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(all[i], (Json{{"arg1", 250 + i}, {"wide", -5000000000 - i}}));
}

TEST_F(UsdtLive, SemaphoreIsRaisedWhileItsProbeIsRecorded) {
  const std::string watched = "p:watched " + target_path("usdt") + ":%app:watched raised=$arg1";
  record({"-e", watched, "--", target_path("usdt")});
  ASSERT_EQ(arguments().size(), 1u);
  EXPECT_EQ(arguments()[0]["raised"], 0);
  record({"-e", watched, "-e", "p:item " + target_path("usdt") + ":%app:item", "--", target_path("usdt")});
  for (const Json& event : events()) {
    if (event["event"] == "uprobes:watched") {
      EXPECT_GT(event["args"]["raised"], 0);
    }
  }
  EXPECT_EQ(events().size(), 5u);
}

TEST_F(UsdtLive, SemaphoreOfARunningProcessIsRaisedToo) {
  Running target({target_path("usdt"), "wait"});  // for its semaphore
  record({"-e", "p:item pid:" + std::to_string(target.pid()) + kItemArguments, "-p",
          std::to_string(target.pid())});
  EXPECT_EQ(target.wait().status, 0);
  EXPECT_EQ(arguments(), kItems);
}

TEST_F(UsdtLive, StringOfGivenLength) {
  record({"-e", "p:item " + target_path("usdt") + ":%app:item name=$arg2:string($arg3)", "--",
          target_path("usdt")});
  auto all = arguments();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[3]["name"], "three");
}

TEST_F(UsdtLive, PatternsRecordSeveralProbes) {
  record({"-e", "p:all " + target_path("usdt") + ":%app:[ip]*", "--", target_path("usdt")});
  EXPECT_EQ(events().size(), 8u);
}

TEST_F(UsdtLive, PathWithABlank) {
  fs::create_directory(file("my app"));
  const std::string program = file("my app") + "/usdt #1";
  fs::copy_file(target_path("usdt"), program);
  record({"-e", "p:item \"" + program + "\"" + kItemArguments, "--", program});
  EXPECT_EQ(arguments(), kItems);
}

// names[4 & 3] is the first one.
TEST_F(UsdtLive, ElementOfATableIsReadByBpfAlone) {
  const std::string scaled = "p:x " + target_path("usdt") + ":%app:scaled name=$arg1:string";
  record({"-e", scaled, "--", target_path("usdt")});
  EXPECT_EQ(arguments(), (std::vector<Json>{{{"name", "zero"}}}));
  Ran ran =
      uproar({"record", "--via", "tracefs", "-o", recording(), "-e", scaled, "--", target_path("usdt")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(
      ran.err.find("the address of $arg1 is the sum of two registers, and the kernel's fetches know one "
                   "register and a displacement"),
      std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find("help: programs of BPF can (--via bpf)"), std::string::npos) << ran.err;
}

TEST_F(UsdtLive, WhatCannotBeIsSaid) {
  const std::string target = "p:x " + target_path("usdt");
  expect_error(target + ":%app:itme", "did you mean item?");
  expect_error(target + ":%app:start a=$arg1", "app:start has no arguments");
  expect_error(target + ":%app:pair a=$arg3", "app:pair has 2 arguments");
  expect_error("p:x " + target_path("strings") + ":%app:item", "has no USDT probes");
  expect_error("r:x " + target_path("strings") + ":take a=$arg1", "record it with a p: probe at the entry");
}

TEST_F(UsdtLive, ArgumentsOfAFunctionByTheirNumber) {
  record({"-e", "p:take " + target_path("strings") + ":take id=$arg1:s32 text=$arg2:string", "--",
          target_path("strings"), file("cold")});
  ASSERT_FALSE(events().empty());
  EXPECT_EQ(arguments()[0], (Json{{"id", 0}, {"text", "plain"}}));
}

TEST_F(UsdtLive, ArgumentsOfAGoFunction) {
  if (std::system("go version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no Go compiler here";
  std::ofstream(file("main.go"))
      << "package main\n//go:noinline\nfunc add(a, b int, s string) int { return a + b + len(s) }\n"
         "func main() { println(add(40, -2, \"words of Go\")) }\n";
  const std::string build =
      "cd " + file("") +
      " && GOCACHE=${GOCACHE:-/tmp/uproar-go-cache} GO111MODULE=off go build -o adder main.go";
  ASSERT_EQ(std::system(build.c_str()), 0);
  record({"-e", "p:add " + file("adder") + ":main.add a=$arg1:s64 b=$arg2:s64 s=$arg3:string($arg4)", "--",
          file("adder")});
  EXPECT_EQ(arguments(), (std::vector<Json>{{{"a", 40}, {"b", -2}, {"s", "words of Go"}}}));
}

}  // namespace
}  // namespace uproar::live
