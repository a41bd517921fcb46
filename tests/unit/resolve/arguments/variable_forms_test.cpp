// Variables as a C++ source has them, from the definition's text to operations or the whole message.
#include <gtest/gtest.h>
#include <unistd.h>

#include "resolve/resolver.h"
#include "support/fetch_text.h"

namespace uproar {
namespace {

Result<Resolved> resolve(const std::string& text, bool all = false) {
  PathEnvironment environment;
  environment.search_path = UPROAR_SITE_FIXTURES;
  environment.ld_cache_command.clear();
  ResolveOptions options;
  options.all = all;
  return resolve_definition(text, environment, options);
}

// The operations of the only argument, or the message.
std::string fetched(const std::string& text) {
  auto resolved = resolve(text);
  if (!resolved.ok()) return render(resolved.error());
  return fetch_text(resolved->plan.arguments().at(0));
}

// The message alone.
std::string complaint(const std::string& text, bool all = false) {
  auto resolved = resolve(text, all);
  return resolved.ok() ? "none" : resolved.error().message + " (" + resolved.error().remedy + ")";
}

TEST(VariableForms, SmartPointersAreFollowedLikePlainOnes) {
  EXPECT_EQ(fetched("p kinds:spend shared->level"), "+0(+0(%di)):s32");
  EXPECT_EQ(fetched("p kinds:spend unique->next->level"), "+0(+8(+0(%si))):s32");
  EXPECT_EQ(fetched("p kinds:spend many[1]"), "+4(+0(%dx)):s32");
  EXPECT_EQ(fetched("p kinds:spend *many"), "+0(+0(%dx)):s32");
  // The object itself, which is a whole struct.
  auto resolved = resolve("p kinds:spend *shared");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().message.find("*shared is a whole struct ("), 0u) << resolved.error().message;
  EXPECT_EQ(resolved.error().remedy, "choose a field: level, next");
}

TEST(VariableForms, RegisterAndConstantIsNoValueButMayPoint) {
  EXPECT_EQ(fetched("p kinds:outer behind"), "+2(%si):other");
  EXPECT_EQ(fetched("p kinds:outer second->level"), "+16(%di):s32");
  const std::string elsewhere = " (probe another place, such as a line of the function (FUNC:LINE))";
  EXPECT_EQ(
      complaint("p kinds:outer second"),
      "second is stored nowhere there: it is a register + 16, and the kernel's fetches do not add; what "
      "it points at can be recorded" +
          elsewhere);
  EXPECT_EQ(complaint("p kinds:outer heavier"),
            "heavier is stored nowhere there: it is a register + 5, and the kernel's fetches do not add" +
                elsewhere);
}

TEST(VariableForms, MembersAndForgottenGlobals) {
  EXPECT_EQ(fetched("p kinds:Clerk::run this->id"), "+0(%di):s32");
  EXPECT_EQ(complaint("p kinds:Clerk::run id"),
            "Clerk::run has no variable id at this place (it is a member of the object: write this->id)");
  EXPECT_EQ(complaint("p kinds:Clerk::run nothing"),
            "Clerk::run has no variable nothing at this place (there are this, times)");
  EXPECT_EQ(complaint("p kinds:Clerk::run forgotten"),
            "forgotten was optimised out (probe another place, such as a line of the function (FUNC:LINE))");
}

TEST(VariableForms, PlacesThatHoldAnArgumentInSeveralTypes) {
  const std::string one_by_one = " (one event has one type for each argument: probe the places one by one)";
  EXPECT_EQ(complaint("p kinds:put value", true),
            "value is int at one of its places and const char * at another" + one_by_one);
  auto listed = resolve("p kinds:put $params", true);
  ASSERT_TRUE(listed.ok()) << render(listed.error());
  ASSERT_EQ(listed->plan.arguments().size(), 1u);
  EXPECT_EQ(listed->plan.arguments()[0].name, "weight");
  ASSERT_EQ(listed->hazards.size(), 1u);
  EXPECT_EQ(listed->hazards[0].level, Hazard::Level::Note);
  EXPECT_EQ(listed->hazards[0].message,
            "left out, since not all places have them, or have them in the same type: value");
}

TEST(VariableForms, TypeParametersOfGoAreShownAsWhatTheyStandFor) {
  if (::access((std::string(UPROAR_SITE_FIXTURES) + "/returns_go").c_str(), R_OK) != 0)
    GTEST_SKIP() << "no Go compiler";
  EXPECT_EQ(complaint("p returns_go:main.put value", true),
            "value is int32 at one of its places and string at another (one event has one type for each "
            "argument: probe the places one by one)");
}

}  // namespace
}  // namespace uproar
