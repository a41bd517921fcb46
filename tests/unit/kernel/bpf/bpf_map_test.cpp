#include "kernel/bpf/bpf_map.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(BpfMap, NamesAreWhatTheKernelTakes) {
  EXPECT_EQ(kernel_object_name("uproar_1234567r"), "uproar_1234567r");
  EXPECT_EQ(kernel_object_name("uproar_1234567890"), "uproar_12345678");
  EXPECT_EQ(kernel_object_name("my-map: ö"), "mymap");
  EXPECT_EQ(kernel_object_name(""), "");
}

TEST(BpfMap, RefusalsNameTheMap) {
  BpfMapPlan plan;
  plan.kind = BpfMapPlan::Kind::Ring;
  plan.name = "ring";
  plan.entries = 3;  // no power of two, and no page
  const Result<Fd> made = create_map(plan);
  ASSERT_FALSE(made.ok());
  EXPECT_TRUE(made.error().message.starts_with("cannot make the BPF map ring: ")) << made.error().message;
}

}  // namespace
}  // namespace uproar
