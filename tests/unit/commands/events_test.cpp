// events as far as no event of the machine matters: whether there is a tracefs here or not.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "kernel/tracefs/tracefs.h"
#include "support/in_process.h"

namespace uproar {
namespace {

constexpr const char* kNone = "uproar_unit_test/none";

TEST(Events, GlobThatMatchesNothingIsAFailure) {
  const Ran ran = run_in_process({"events", kNone});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.out, "");
  const auto tracefs = Tracefs::locate();
  EXPECT_EQ(ran.err, tracefs.ok() ? "uproar: error: no uprobe event matches 'uproar_unit_test/none'\n"
                                    "  help: uproar events lists what there is\n"
                                  : "uproar: " + render(tracefs.error()));
}

TEST(Events, JsonIsOneObjectALine) {
  if (!Tracefs::locate().ok()) GTEST_SKIP() << "no tracefs here that this user may read";
  const Ran ran = run_in_process({"events", "--json"});
  ASSERT_EQ(ran.status, kDone) << ran.err;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line);
    EXPECT_NE(event.at("event").get<std::string>().find('/'), std::string::npos);
    EXPECT_TRUE(event.at("kind") == "entry" || event.at("kind") == "return");
    EXPECT_EQ(event.at("enabled").get<bool>(), !event.at("enabled_in").empty());
    EXPECT_TRUE(event.at("owner").is_null() || event.at("owner").contains("alive"));
    EXPECT_TRUE(event.at("hits").is_number_unsigned());
  }
}

TEST(Events, TableIsWholeOrThereIsANote) {
  if (!Tracefs::locate().ok()) GTEST_SKIP() << "no tracefs here that this user may read";
  const Ran ran = run_in_process({"events"});
  ASSERT_EQ(ran.status, kDone) << ran.err;
  if (ran.out.empty()) {
    EXPECT_EQ(ran.err, "uproar: no uprobe events are defined\n");
  } else {
    EXPECT_TRUE(ran.out.starts_with("EVENT ")) << ran.out;
  }
}

}  // namespace
}  // namespace uproar
