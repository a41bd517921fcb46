#include "kernel/features.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Features, UsualMountPointIsPreferred) {
  EXPECT_EQ(find_tracefs_mount("proc /proc proc rw 0 0\n"
                               "tracefs /sys/kernel/debug/tracing tracefs rw 0 0\n"
                               "tracefs /sys/kernel/tracing tracefs rw 0 0\n"),
            "/sys/kernel/tracing");
  EXPECT_EQ(find_tracefs_mount("none /my\\040trace tracefs rw 0 0\n"), "/my trace");
  EXPECT_EQ(find_tracefs_mount("tracefs /tracefs ext4 rw 0 0\n"), "");
  EXPECT_EQ(find_tracefs_mount("tracefs"), "");
  EXPECT_EQ(find_tracefs_mount("x /a\\04 tracefs"), "/a\\04");
}

TEST(Features, ActiveLockdownIsTheMarkedOne) {
  EXPECT_EQ(active_lockdown("none [integrity] confidentiality\n"), "integrity");
  EXPECT_EQ(active_lockdown("[none] integrity confidentiality\n"), "none");
  for (const char* text : {"", "none", "[", "]["}) EXPECT_EQ(active_lockdown(text), "") << text;
}

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
