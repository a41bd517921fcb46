#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/in_process.h"

namespace uproar {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Whatever this machine allows, its last line and its status say the same.
TEST(Doctor, StatusIsThatOfTheLastLine) {
  const Ran ran = run_in_process({"doctor"});
  EXPECT_EQ(ran.err, "");
  const auto lines = lines_of(ran.out);
  ASSERT_GT(lines.size(), 1u);
  EXPECT_EQ(lines.back(), ran.status == kDone ? "this machine can record uprobe events"
                                              : "this machine cannot record uprobe events as it stands");
  EXPECT_TRUE(ran.status == kDone || ran.status == kFailed);
}

TEST(Doctor, EachLineIsAStateOrItsRemedy) {
  const auto lines = lines_of(run_in_process({"doctor"}).out);
  bool fine = true;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    const std::string state = lines[i].substr(0, 9);
    if (state == "         ") {
      EXPECT_TRUE(lines[i].starts_with("         mend it: ")) << lines[i];
      EXPECT_FALSE(fine) << "what is well needs no mending: " << lines[i];
      continue;
    }
    EXPECT_TRUE(state == "ok       " || state == "limited  " || state == "missing  ") << lines[i];
    EXPECT_NE(lines[i].find(": "), std::string::npos) << lines[i];
    fine = state == "ok       ";
  }
}

TEST(Doctor, JsonHasALineForEachFinding) {
  const Ran text = run_in_process({"doctor"});
  const Ran json = run_in_process({"doctor", "--json"});
  EXPECT_EQ(json.status, text.status);
  size_t told = 0;
  for (const std::string& line : lines_of(json.out)) {
    const auto finding = nlohmann::json::parse(line);
    std::string shown = finding.at("state");
    shown.resize(9, ' ');
    shown +=
        finding.at("subject").get<std::string>() + ": " + finding.at("finding").get<std::string>() + "\n";
    EXPECT_NE(text.out.find(shown), std::string::npos) << line;
    told += finding.contains("remedy") ? 2 : 1;
  }
  EXPECT_EQ(told + 1, lines_of(text.out).size());
}

}  // namespace
}  // namespace uproar
