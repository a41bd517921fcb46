// remove and clean as far as no event of the machine matters.
#include <gtest/gtest.h>

#include "kernel/tracefs/tracefs.h"
#include "support/in_process.h"

namespace uproar {
namespace {

TEST(Remove, NameIsAskedFor) {
  const Ran ran = run_in_process({"remove"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.err, "uproar: error: GLOB is required\n  help: uproar remove --help shows what it takes\n");
}

TEST(Remove, GlobThatMatchesNothingIsAFailure) {
  const auto tracefs = Tracefs::locate();
  for (const std::string glob : {"uproar_unit_test/none", "uproar_unit_test/*", "uproar_unit_test:none"}) {
    const Ran ran = run_in_process({"remove", glob});
    EXPECT_EQ(ran.status, kFailed);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, tracefs.ok() ? "uproar: error: no uprobe event matches '" + glob +
                                          "'\n  help: uproar events lists what there is\n"
                                    : "uproar: " + render(tracefs.error()));
  }
}

TEST(Clean, TakesNoWords) {
  const Ran ran = run_in_process({"clean", "everything"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_EQ(ran.out, "");
}

}  // namespace
}  // namespace uproar
