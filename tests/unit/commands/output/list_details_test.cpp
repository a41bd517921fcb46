#include "commands/output/list_details.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "support/in_process.h"

namespace uproar {
namespace {

using Details = Result<void> (*)(ProbedFile&, const std::string&, bool, Console&);

// What is printed of a function of the fixture, or the error.
std::string details(Details list, const std::string& function, bool json) {
  auto file = ProbedFile::open(UPROAR_SITE_FIXTURES "/kinds");
  if (!file.ok()) return render(file.error());
  std::FILE* out = std::tmpfile();
  Result<void> done;
  {
    Console console(::fileno(out), ::fileno(out));
    done = list(*file, function, json, console);
  }
  const std::string text = drained(out);
  return done.ok() ? text : render(done.error());
}

std::vector<nlohmann::json> objects(const std::string& text) {
  std::vector<nlohmann::json> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

class ListDetails : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(UPROAR_SITE_FIXTURES "/kinds")) GTEST_SKIP() << "no compiler here for it";
  }
};

TEST_F(ListDetails, ParametersAreToldWithTheirTypesInOrder) {
  const auto all = objects(details(list_variables, "outer", true));
  ASSERT_GE(all.size(), 3u);
  const char* expected[][2] = {{"jars", "const Jar *"}, {"text", "const char *"}, {"weight", "int"}};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(all[i].at("kind"), "parameter");
    EXPECT_EQ(all[i].at("function"), "outer");
    EXPECT_EQ(all[i].at("name"), expected[i][0]);
    EXPECT_EQ(all[i].at("type"), expected[i][1]);
    EXPECT_EQ(all[i].at("available"), true);
  }
}

TEST_F(ListDetails, WhatCannotBeHadSaysWhy) {
  bool any = false;
  for (const auto& each : objects(details(list_variables, "outer", true))) {
    EXPECT_NE(each.at("available").get<bool>(), each.contains("why")) << each;
    any |= each.contains("why") && !each.at("why").get<std::string>().empty();
  }
  EXPECT_TRUE(any) << "the optimiser stores `heavier` nowhere";
}

TEST_F(ListDetails, TableOfVariables) {
  const std::string text = details(list_variables, "outer", false);
  EXPECT_EQ(text.find("FUNCTION  VARIABLE  TYPE          KIND       WHERE\n"), 0u) << text;
  EXPECT_NE(text.find("outer     weight    int           parameter  in a register\n"), std::string::npos)
      << text;
}

TEST_F(ListDetails, EveryFunctionOfTheNameIsListed) {
  std::set<std::string> types;
  for (const auto& each : objects(details(list_variables, "put", true))) {
    if (each.at("name") == "value") types.insert(each.at("type"));
  }
  EXPECT_EQ(types, (std::set<std::string>{"int", "const char *"}));
}

TEST_F(ListDetails, LinesOfAFunctionAndNoOthers) {
  const auto all = objects(details(list_lines, "outer", true));
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].at("line"), 36) << "where it is defined";
  for (const auto& each : all) {
    EXPECT_EQ(each.at("kind"), "line");
    EXPECT_EQ(each.at("function"), "outer");
    EXPECT_TRUE(each.at("file").get<std::string>().ends_with("/kinds.cpp"));
    EXPECT_GE(each.at("line"), 36);
    EXPECT_LE(each.at("line"), 43);
  }
  EXPECT_EQ(details(list_lines, "outer", false).find("OFFSET"), 0u);
}

TEST_F(ListDetails, FunctionThatIsNotThere) {
  for (Details list : {list_variables, list_lines}) {
    const std::string error = details(list, "nothing", true);
    EXPECT_EQ(error.find("error: "), 0u) << error;
    EXPECT_NE(error.find(" has no function nothing\n  nothing\n  ^~~~~~~\n"), std::string::npos) << error;
  }
}

TEST_F(ListDetails, WithoutDebugInformationNothingIsGuessed) {
  const Ran ran = run_in_process({"list", UPROAR_FIXTURES "/pie", "--vars", "main"});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "uproar: error: " UPROAR_FIXTURES
            "/pie has no debug information\n  help: compile it with -g, or install its debug package\n");
}

}  // namespace
}  // namespace uproar
