// enable and disable as far as no event of the machine matters; what they do is in kernel/event_switch_test.
#include <gtest/gtest.h>

#include "kernel/tracefs/tracefs.h"
#include "support/in_process.h"

namespace uproar {
namespace {

TEST(Switch, NameIsAskedFor) {
  for (const std::string command : {"enable", "disable"}) {
    const Ran ran = run_in_process({command});
    EXPECT_EQ(ran.status, kUsage);
    EXPECT_EQ(ran.err,
              "uproar: error: GLOB is required\n  help: uproar " + command + " --help shows what it takes\n");
  }
}

TEST(Switch, OnlySwitchingOnTakesAFilter) {
  const Ran ran = run_in_process({"disable", "uproar_unit_test/none", "--filter", "n > 1"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_NE(ran.err.find("--filter"), std::string::npos) << ran.err;
  EXPECT_NE(run_in_process({"enable", "--help"}).out.find("--filter EXPR"), std::string::npos);
}

TEST(Switch, GlobThatMatchesNothingIsAFailure) {
  const auto tracefs = Tracefs::locate();
  for (const std::string command : {"enable", "disable"}) {
    const Ran ran = run_in_process({command, "uproar_unit_test/none"});
    EXPECT_EQ(ran.status, kFailed);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, tracefs.ok() ? "uproar: error: no uprobe event matches 'uproar_unit_test/none'\n"
                                      "  help: uproar events lists what there is\n"
                                    : "uproar: " + render(tracefs.error()));
  }
}

}  // namespace
}  // namespace uproar
