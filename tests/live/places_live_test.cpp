// One event with many places, numbers behind pointers that cannot be followed, and what others see of it.
#include <map>
#include <set>

#include "cli.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class PlacesLive : public LiveTest {
 protected:
  static std::string at(const std::string& site) { return target_path("places") + ":" + site; }

  std::string text_of_recording() const { return uproar({"script", recording()}).out; }
};

TEST_F(PlacesLive, PatternIsOneEventThatKnowsEveryFunction) {
  record({"-e", "p:steps " + at("'step_*'") + " a=%di:s32", "--", target_path("places")});
  const auto all = events();
  ASSERT_EQ(all.size(), 20u);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i]["event"], "uprobes:steps");
    EXPECT_EQ(all[i]["symbol"], std::string("step_") + (i < 10 ? "0" : "") + std::to_string(i));
    EXPECT_EQ(all[i]["args"], Json({{"a", i}}));
  }
  EXPECT_NE(text_of_recording().find(" a=7 symbol=step_07\n"), std::string::npos) << text_of_recording();
}

TEST_F(PlacesLive, ReturnsOfManyFunctionsAreOneEvent) {
  record({"-e", "r:steps " + at("'step_0?'") + " a=$retval:s32", "--", target_path("places")});
  const auto all = events();
  ASSERT_EQ(all.size(), 10u);
  EXPECT_EQ(all[3]["symbol"], "step_03");
  EXPECT_EQ(all[3]["args"]["a"], 3 + 103);
}

TEST_F(PlacesLive, TextBackEndSeesTheSame) {
  record(
      {"--via", "trace_pipe", "-e", "p:steps " + at("'step_*'") + " a=%di:s32", "--", target_path("places")});
  const auto all = events();
  ASSERT_EQ(all.size(), 20u);
  EXPECT_EQ(all[17]["symbol"], "step_17");
}

TEST_F(PlacesLive, AddressIsThatOfTheFunctionWhereverTheProbeIs) {
  record({"-e", "p:near " + at("look"), "-e", "p:exact " + at("look+0"), "--", target_path("places")});
  std::set<std::string> addresses;
  for (const Json& event : events()) addresses.insert(event["ip"]);
  EXPECT_EQ(addresses.size(), 1u);
}

TEST_F(PlacesLive, DefinitionsOfOneNameTellTheirFunctionsWhereverTheProbesAre) {
  record({"-e", "p:both " + at("step_03"), "-e", "p:both " + at("look"), "-e", "p:exact " + at("look+0"),
          "--", target_path("places")});
  std::map<std::string, std::set<std::string>> addresses;
  for (const Json& event : events()) {
    const std::string symbol = event.value("symbol", "");
    addresses[symbol.substr(0, symbol.find('+'))].insert(event["ip"]);
  }
  ASSERT_EQ(addresses.size(), 2u);
  EXPECT_EQ(addresses["step_03"].size(), 1u);
  EXPECT_EQ(addresses["look"].size(), 1u);
}

TEST_F(PlacesLive, NumbersBehindPointersThatCannotBeFollowedAreFaults) {
  record({"-e", "p:look " + at("look") + " value=+0(%di):s32 next=+0(+8(%di)):s32 weight=+4(+8(%di)):s32",
          "--", target_path("places")});
  const auto all = events();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0]["args"], Json({{"value", 20}, {"next", 30}, {"weight", -3}}));
  EXPECT_EQ(all[1]["args"], Json({{"value", 30}, {"next", nullptr}, {"weight", nullptr}}));
  EXPECT_EQ(all[2]["args"], Json({{"value", 40}, {"next", nullptr}, {"weight", nullptr}}));
  EXPECT_EQ(all[3]["args"], Json({{"value", nullptr}, {"next", nullptr}, {"weight", nullptr}}));
  EXPECT_NE(text_of_recording().find(" value=30 next=(fault) weight=(fault)\n"), std::string::npos);
}

// The event stays in the kernel, where other tools see what the kernel needs of it and nothing else.
TEST_F(PlacesLive, EventThatWasAddedIsRecordedByName) {
  const std::string name = "live_places_" + std::to_string(getpid());
  Ran added = uproar({"add", "p:" + name + "/steps " + at("'step_*'") + " a=%di:s32"});
  ASSERT_EQ(added.status, 0) << added.err;
  EXPECT_NE(added.out.find(" a=%di:s32 __place=\\3:u32\n"), std::string::npos) << added.out;
  EXPECT_EQ(added.out.find("__via"), std::string::npos);
  record({"-e", name + "/steps", "--", target_path("places")});
  Ran removed = uproar({"remove", name + "/steps"});
  EXPECT_EQ(removed.status, 0) << removed.err;
  const auto all = events();
  ASSERT_EQ(all.size(), 20u);
  EXPECT_EQ(all[12]["symbol"], "step_12");
  EXPECT_EQ(all[12]["args"], Json({{"a", 12}}));
}

TEST_F(PlacesLive, FunctionsWithoutTheVariableAreLeftOutAndTold) {
  Ran explained = uproar({"explain", "p " + at("'[ls][ot]*[0k]'") + " node->value"});
  ASSERT_EQ(explained.status, 0) << explained.err;
  EXPECT_NE(explained.out.find("2 of 3 places are left out (step_00, step_10): "), std::string::npos)
      << explained.out;
  EXPECT_NE(explained.out.find("value: int (value=+0(%di):s32)"), std::string::npos) << explained.out;
}

}  // namespace
}  // namespace uproar::live
