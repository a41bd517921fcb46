#include "kernel/bpf/bpf_features.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

// Whatever the machine allows: what is missing has a reason, and nothing is there without what it stands on.
TEST(BpfFeatures, AgreeWithThemselves) {
  const BpfFeatures features = probe_bpf_features();
  EXPECT_NE(features.maps, features.maps_errno != 0);
  EXPECT_NE(features.programs, features.programs_errno != 0);
  EXPECT_TRUE(features.programs || (!features.sleepable && !features.uprobe_multi));
}

}  // namespace
}  // namespace uproar
