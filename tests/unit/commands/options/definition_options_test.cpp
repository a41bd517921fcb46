#include "commands/options/definition_options.h"

#include <gtest/gtest.h>
#include <sys/utsname.h>

namespace uproar {
namespace {

ResolveOptions given(const std::vector<std::string>& arguments) {
  DefinitionOptions options;
  CLI::App app;
  options.declare(app);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  return options.resolve();
}

TEST(DefinitionOptions, NothingIsDaredUnlessAskedFor) {
  const ResolveOptions options = given({});
  EXPECT_FALSE(options.all);
  EXPECT_FALSE(options.force);
  EXPECT_FALSE(options.exact_site);
}

TEST(DefinitionOptions, EachChangesItsOwn) {
  EXPECT_TRUE(given({"--all"}).all);
  EXPECT_FALSE(given({"--all"}).force);
  EXPECT_TRUE(given({"--force"}).force);
  EXPECT_FALSE(given({"--force"}).all);
  EXPECT_TRUE(given({"--site", "exact"}).exact_site);
  EXPECT_FALSE(given({"--site", "cheapest"}).exact_site);
}

TEST(DefinitionOptions, SiteIsOneOfTwoWords) {
  EXPECT_THROW(given({"--site", "near"}), CLI::ValidationError);
  EXPECT_THROW(given({"--site"}), CLI::ParseError);
}

TEST(DefinitionOptions, HazardsAreJudgedForTheKernelThatRuns) {
  utsname machine{};
  ASSERT_EQ(::uname(&machine), 0);
  EXPECT_EQ(given({}).kernel_release, machine.release);
}

}  // namespace
}  // namespace uproar
