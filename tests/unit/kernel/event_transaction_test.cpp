#include "kernel/event_transaction.h"

#include <gtest/gtest.h>

#include <optional>

#include "support/fake_folder.h"

namespace uproar {
namespace {

ProbePlan plan_of(const std::string& event, const std::vector<uint64_t>& offsets,
                  const std::string& path = "/bin/sh") {
  ProbePlan plan;
  plan.group = "g";
  plan.event = event;
  plan.definition = "p:g/" + event;
  for (uint64_t offset : offsets) {
    ProbeSite site;
    site.path = path;
    site.file_offset = offset;
    plan.sites.push_back(site);
  }
  return plan;
}

// The kernel is a plain file: what it would do shows as the lines that were written.
class EventTransactionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    listing("");
    events_.emplace(Tracefs(fake_.root()), Provenance(fake_.root() + "/known"));
  }
  // As if the kernel listed this, from which on the lines are looked at.
  void listing(const std::string& text) {
    fake_.put("uprobe_events", text);
    before_ = text.size();
  }
  std::string lines() { return fake_.get("uprobe_events").substr(before_); }

  FakeFolder fake_;
  size_t before_ = 0;
  std::optional<EventTransaction> events_;
};

TEST_F(EventTransactionTest, WhatIsCommittedStays) {
  const ProbePlan plan = plan_of("a", {0x1000, 0x2000});
  auto defined = events_->define(plan);
  ASSERT_TRUE(defined.ok());
  EXPECT_EQ(*defined, (std::vector<std::string>{"p:g/a /bin/sh:0x0000000000001000",
                                                "p:g/a /bin/sh:0x0000000000002000"}));
  events_->commit();
  events_.reset();
  EXPECT_EQ(lines(), "p:g/a /bin/sh:0x0000000000001000\np:g/a /bin/sh:0x0000000000002000\n");
  EXPECT_TRUE(Provenance(fake_.root() + "/known").is_same_file("g", "a", "/bin/sh", 0x2000).has_value());
}

TEST_F(EventTransactionTest, WhatIsNotCommittedIsTakenBackFromTheLastToTheFirst) {
  const ProbePlan one = plan_of("a", {0x1000});
  const ProbePlan two = plan_of("b", {0x2000, 0x3000});
  ASSERT_TRUE(events_->define(one).ok());
  ASSERT_TRUE(events_->define(two).ok());
  const std::string made = lines();
  events_.reset();
  EXPECT_EQ(lines().substr(made.size()),
            "-:g/b /bin/sh:0x0000000000003000\n"
            "-:g/b /bin/sh:0x0000000000002000\n"
            "-:g/a /bin/sh:0x0000000000001000\n");
  EXPECT_FALSE(Provenance(fake_.root() + "/known").is_same_file("g", "a", "/bin/sh", 0x1000).has_value());
}

TEST_F(EventTransactionTest, RefusedPlanTakesBackWhatWasBeforeItAndNothingOfItsOwn) {
  const ProbePlan good = plan_of("a", {0x1000});
  const ProbePlan bad = plan_of("b", {0x2000}, "/" + std::string(5000, 'x'));
  ASSERT_TRUE(events_->define(good).ok());
  EXPECT_FALSE(events_->define(bad).ok());
  events_.reset();
  EXPECT_EQ(lines(), "p:g/a /bin/sh:0x0000000000001000\n-:g/a /bin/sh:0x0000000000001000\n");
}

TEST_F(EventTransactionTest, PlanWithARefusedPlaceTakesItsOtherPlacesBack) {
  ProbePlan plan = plan_of("a", {0x1000, 0x2000, 0x3000});
  plan.sites[2].path = "/" + std::string(5000, 'x');
  EXPECT_FALSE(events_->define(plan).ok());
  events_.reset();
  const std::string all = lines();
  EXPECT_NE(all.find("-:g/a /bin/sh:0x0000000000001000\n"), std::string::npos);
  EXPECT_NE(all.find("-:g/a /bin/sh:0x0000000000002000\n"), std::string::npos);
}

TEST_F(EventTransactionTest, PlaceThatTheEventHadBeforeIsNotTakenAway) {
  fake_.make("events/g/a");
  listing("p:g/a /bin/sh:0x0000000000002000\np:other/a /bin/sh:0x0000000000003000\n");
  const ProbePlan plan = plan_of("a", {0x1000, 0x2000, 0x3000});
  ASSERT_TRUE(events_->define(plan).ok());
  const std::string made = lines();
  events_.reset();
  EXPECT_EQ(lines().substr(made.size()),
            "-:g/a /bin/sh:0x0000000000003000\n-:g/a /bin/sh:0x0000000000001000\n");
}

TEST_F(EventTransactionTest, PlacesThatDifferInTheirArgumentsAreTwo) {
  fake_.make("events/g/a");
  listing("p:g/a /bin/sh:0x0000000000002000 n=%di:u64\n");
  const ProbePlan plan = plan_of("a", {0x1000, 0x2000});
  ASSERT_TRUE(events_->define(plan).ok());
  events_.reset();
  EXPECT_NE(lines().find("-:g/a /bin/sh:0x0000000000002000\n"), std::string::npos);
}

TEST_F(EventTransactionTest, RemovedEventComesBackWithItsPlacesInTheirOrder) {
  listing(
      "p:g/a /bin/sh:0x0000000000001000 n=%di:u64\n"
      "r:g/b /bin/sh:0x0000000000005000\n"
      "p:g/a /bin/sh:0x0000000000002000 n=%di:u64\n");
  ASSERT_TRUE(events_->remove("g", "a").ok());
  EXPECT_EQ(lines(), "-:g/a\n");
  events_.reset();
  EXPECT_EQ(lines(),
            "-:g/a\n"
            "p:g/a /bin/sh:0x0000000000001000 n=%di:u64\n"
            "p:g/a /bin/sh:0x0000000000002000 n=%di:u64\n");
}

TEST_F(EventTransactionTest, CommittedRemovalIsForgotten) {
  const Provenance known(fake_.root() + "/known");
  ASSERT_TRUE(known.remember(plan_of("a", {0x1000})).ok());
  ASSERT_TRUE(events_->remove("g", "a").ok());
  events_->commit();
  events_.reset();
  EXPECT_EQ(lines(), "-:g/a\n");
  EXPECT_FALSE(known.is_same_file("g", "a", "/bin/sh", 0x1000).has_value());
}

TEST_F(EventTransactionTest, EventRemovedAndDefinedAnewIsAsBeforeWhenTakenBack) {
  listing("p:g/a /bin/sh:0x0000000000001000\n");
  const ProbePlan plan = plan_of("a", {0x9000});
  ASSERT_TRUE(events_->remove("g", "a").ok());
  ASSERT_TRUE(events_->define(plan).ok());
  events_.reset();
  EXPECT_EQ(lines(),
            "-:g/a\n"
            "p:g/a /bin/sh:0x0000000000009000\n"
            "-:g/a /bin/sh:0x0000000000009000\n"
            "p:g/a /bin/sh:0x0000000000001000\n");
}

TEST_F(EventTransactionTest, NameThatIsNoneIsRefusedBeforeTheKernelSeesIt) {
  EXPECT_FALSE(events_->remove("", "a").ok());
  EXPECT_EQ(lines().find("-:/a"), std::string::npos);
}

}  // namespace
}  // namespace uproar
