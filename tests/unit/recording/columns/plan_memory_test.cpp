#include "recording/columns/plan_memory.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr NumberPlan kVarints{NumberCodec::Varint, Transform::Delta, 0};
constexpr NumberPlan kPlanes{NumberCodec::Planes, Transform::None, 0};

// How often a plan may serve before the column is measured again.
int uses(RememberedPlan plan) {
  int count = 0;
  for (; count < 1000 && plan.may_serve(1000); ++count) EXPECT_TRUE(plan.went_well(1000, 2000));
  return count;
}

TEST(RememberedPlan, NothingServesBeforeItIsMeasured) {
  EXPECT_FALSE(RememberedPlan().may_serve(1000));
}

TEST(RememberedPlan, IsTrustedLongerWheneverMeasuringGivesTheSame) {
  RememberedPlan plan;
  plan.set(kVarints, 1000, 2000);
  const int first = uses(plan);
  plan.set(kVarints, 1000, 2000);
  EXPECT_EQ(uses(plan), 2 * first);
  for (int i = 0; i < 20; ++i) plan.set(kVarints, 1000, 2000);
  EXPECT_LT(uses(plan), 100);
  plan.set(kPlanes, 1000, 2000);
  EXPECT_EQ(plan.plan(), kPlanes);
  EXPECT_EQ(uses(plan), first);
}

TEST(RememberedPlan, DoingWorseEndsIt) {
  RememberedPlan plan;
  plan.set(kVarints, 1000, 2000);
  EXPECT_TRUE(plan.went_well(1000, 2150)) << "what is a little worse is kept";
  EXPECT_FALSE(plan.may_serve(1000)) << "but judged again";
  plan.set(kVarints, 1000, 2000);
  EXPECT_FALSE(plan.went_well(1000, 3000));
}

TEST(RememberedPlan, ServesOnlyColumnsOfAboutItsLength) {
  RememberedPlan plan;
  plan.set(kVarints, 1000, 2000);
  EXPECT_TRUE(plan.may_serve(1900));
  EXPECT_TRUE(plan.may_serve(600));
  EXPECT_FALSE(plan.may_serve(5000));
  EXPECT_FALSE(plan.may_serve(100));
}

TEST(PlanMemory, GivesTheSameColumnsInTheSameOrder) {
  PlanMemory memory;
  memory.next().plan.set(kVarints, 1000, 2000);
  memory.next().indices.set(kPlanes, 1000, 2000);
  memory.rewind();
  EXPECT_EQ(memory.next().plan.plan(), kVarints);
  EXPECT_EQ(memory.next().indices.plan(), kPlanes);
  EXPECT_FALSE(memory.next().plan.may_serve(1000));
}

}  // namespace
}  // namespace uproar
