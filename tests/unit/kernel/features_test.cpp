#include "kernel/features.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Features, EffectiveCapabilitiesAreRead) {
  EXPECT_EQ(
      effective_capabilities("Name:\tx\nCapPrm:\t0000000000000001\nCapEff:\t000001fffeffffff\nCapBnd:\t0\n"),
      0x1fffeffffffu);
  EXPECT_EQ(effective_capabilities("CapEff:\tzz\n"), 0u);
  EXPECT_EQ(effective_capabilities(""), 0u);
}

TEST(Features, RunningSystemHasARelease) {
  Capabilities here = probe_capabilities();
  EXPECT_FALSE(here.kernel_release.empty());
  EXPECT_FALSE(here.machine.empty());
  EXPECT_GT(here.cpus, 0u);
  EXPECT_TRUE(here.tracefs_mounted || !here.uprobe_events_writable);
}

}  // namespace
}  // namespace uproar
