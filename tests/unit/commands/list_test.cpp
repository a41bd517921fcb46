#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

std::string elf(const std::string& name) {
  return UPROAR_FIXTURES "/" + name;
}

std::vector<nlohmann::json> listed(std::vector<std::string> words) {
  words.insert(words.begin(), {"list", "--json"});
  const Ran ran = run_in_process(words);
  EXPECT_EQ(ran.status, kDone) << ran.err;
  std::vector<nlohmann::json> objects;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) objects.push_back(nlohmann::json::parse(line));
  return objects;
}

void expect_failure(std::vector<std::string> words, int status, const std::string& error) {
  words.insert(words.begin(), "list");
  const Ran ran = run_in_process(words);
  EXPECT_EQ(ran.status, status);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "uproar: error: " + error);
}

TEST(List, FunctionsByPatternInOrderOfTheirPlaces) {
  const auto found = listed({elf("pie"), "tw*", "add_two", "chosen"});
  std::string names;
  uint64_t before = 0;
  for (const auto& each : found) {
    names += each.at("name").get<std::string>() + " ";
    EXPECT_EQ(each.at("kind"), "function");
    EXPECT_EQ(each.at("path"), elf("pie"));
    EXPECT_LT(before, each.at("offset"));
    before = each.at("offset");
    EXPECT_EQ(each.contains("ifunc"), each.at("name") == "chosen");
  }
  EXPECT_EQ(std::count(names.begin(), names.end(), ' '), 4) << names;
  EXPECT_NE(names.find("add_two "), std::string::npos);
}

// Addresses and offsets differ in this file, and an offset is what the kernel takes.
TEST(List, OffsetIsNoAddress) {
  const auto found = listed({elf("libapart.so"), "add_three"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_LT(found[0].at("offset"), fs::file_size(elf("libapart.so")));
  EXPECT_GE(found[0].at("vaddr"), 0x70000);
}

TEST(List, TableHasAHead) {
  const Ran ran = run_in_process({"list", elf("pie"), "main"});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_EQ(ran.out.find("OFFSET            SIZE  FUNCTION\n0x"), 0u) << ran.out;
  EXPECT_TRUE(ran.out.ends_with("  main\n")) << ran.out;
}

TEST(List, PatternThatMatchesNothing) {
  expect_failure({elf("pie"), "nothing*", "no"}, kFailed,
                 "nothing matches nothing*, no\n  help: without a pattern everything is listed\n");
}

TEST(List, UsdtProbesAloneOrAlike) {
  const std::string file = UPROAR_USDT_FIXTURES "/usdt32";
  if (!fs::exists(file)) GTEST_SKIP() << "no compiler here for " << file;
  const auto found = listed({"--usdt", file});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].at("kind"), "usdt");
  EXPECT_EQ(found[0].at("name"), "app:taken");
  EXPECT_TRUE(found[0].contains("semaphore"));
  EXPECT_EQ(found[1].at("name"), "app:index");
  EXPECT_FALSE(found[1].contains("semaphore"));
  for (const std::string pattern : {"index", "app:ind*", "%app:index"})
    EXPECT_EQ(listed({"--usdt", file, pattern}).size(), 1u) << pattern;
}

TEST(List, NoFileIsAUsageError) {
  expect_failure({}, kUsage,
                 "no file to list\n  help: uproar list BINARY [GLOB…], or uproar list -p PID [GLOB…]\n");
  for (const std::string number : {"0", "-1", "x"})
    EXPECT_EQ(run_in_process({"list", "-p", number}).status, kUsage) << number;
}

TEST(List, FileThatCannotBeProbed) {
  expect_failure({"/nonexistent/x"}, kFailed,
                 "no such file: /nonexistent/x\n  /nonexistent/x\n  ^~~~~~~~~~~~~~\n");
  expect_failure({elf("object.o")}, kFailed,
                 elf("object.o") +
                     " is an object file: no process maps it\n"
                     "  help: probe the program or library that was linked from it\n");
}

TEST(List, ProcessIsItsProgramAndItsLibraries) {
  const auto found = listed({"-p", std::to_string(::getpid()), "main", "malloc"});
  const std::string self = fs::read_symlink("/proc/self/exe");
  bool own = false, library = false;
  for (const auto& each : found) {
    own |= each.at("path") == self && each.at("name") == "main";
    library |= each.at("path") != self && each.at("name") == "malloc";
  }
  EXPECT_TRUE(own);
  EXPECT_TRUE(library);
}

}  // namespace
}  // namespace uproar
