#include "resolve/places/match_functions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

struct Match {
  Match(const std::string& path, const std::string& pattern) {
    auto file = std::move(*ProbedFile::open(path));
    const std::string text = "p x:" + pattern;
    ast::Site site;
    site.form = ast::Site::Form::Glob;
    site.symbol = pattern;
    site.span = {4, static_cast<uint32_t>(text.size())};
    auto matched = match_functions(site, text, file, hazards);
    if (!matched.ok()) {
      error = matched.error();
      return;
    }
    for (const FoundPlace& place : *matched) names.push_back(place.symbol);
    std::sort(names.begin(), names.end());
  }
  std::vector<std::string> names;
  Hazards hazards;
  Error error;
};

using Names = std::vector<std::string>;

TEST(MatchFunctions, ResolversAreLeftOut) {
  Match match(oracle::fixture("pie"), "ch*");
  EXPECT_EQ(match.names, (Names{"chosen_fast", "chosen_slow"})) << match.error.message;
  ASSERT_EQ(match.hazards.size(), 1u);
  EXPECT_NE(match.hazards[0].message.find("chosen at load time (IFUNC): chosen"), std::string::npos);
}

TEST(MatchFunctions, NothingButResolvers) {
  Match match(oracle::fixture("pie"), "chose?");
  EXPECT_NE(match.error.message.find("all that matches chose? is chosen at load time (IFUNC): chosen"),
            std::string::npos)
      << match.error.message;
}

TEST(MatchFunctions, NothingInAStrippedFile) {
  const std::string path = oracle::fixture("stripped");
  EXPECT_EQ(
      Match(path, "local_*").error.message,
      "no function of " + path + " matches local_* (it is stripped: only dynamic functions have names)");
}

TEST(MatchFunctions, AliasesAreOnePlace) {
  Workshop shop;
  shop.put("a.c",
           "void f_one(void) {}\nvoid f_two(void) __attribute__((alias(\"f_one\")));\nint main(void) { "
           "return 0; }");
  if (!shop.run("gcc -o a a.c")) GTEST_SKIP() << "no gcc";
  EXPECT_EQ(Match(shop.path("a"), "f_*").names.size(), 1u);
}

TEST(MatchFunctions, FiveThousand) {
  Workshop shop;
  std::string source;
  for (int i = 0; i < 5000; ++i) source += "void many_" + std::to_string(i) + "(void) {}\n";
  shop.put("m.c", source + "int main(void) { return 0; }\n");
  if (!shop.run("gcc -O0 -o m m.c")) GTEST_SKIP() << "no gcc";
  EXPECT_EQ(Match(shop.path("m"), "many_*").names.size(), 5000u);
}

}  // namespace
}  // namespace uproar
