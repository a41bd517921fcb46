#include "capture/tracefs/probe_set.h"

#include <gtest/gtest.h>

#include "support/fake_folder.h"
#include "support/kernel_fixture.h"

namespace uproar {
namespace {

const std::string kGroup = "uproar_12_345_0_00000000";

ProbePlan plan_of(const std::string& group, const std::string& event, const std::vector<uint64_t>& offsets) {
  ProbePlan plan;
  plan.group = group;
  plan.event = event;
  plan.definition = "p:" + group + "/" + event;
  for (uint64_t offset : offsets) {
    ProbeSite site;
    site.path = "/bin/t";
    site.file_offset = offset;
    plan.sites.push_back(site);
  }
  return plan;
}

std::string line(const std::string& event, const std::string& offset) {
  return "p:" + kGroup + "/" + event + " /bin/t:0x000000000000" + offset + "\n";
}

// Definitions end up in a plain file, one behind the other.
class ProbeSetTest : public ::testing::Test {
 protected:
  void SetUp() override { fake_.put("uprobe_events", ""); }
  std::string lines() { return fake_.get("uprobe_events"); }

  FakeFolder fake_;
  ProbeSet probes_{Tracefs(fake_.root()), Owner{12, 345}};
};

TEST_F(ProbeSetTest, EventIsDefinedInTheOwnersGroupAndKnownUnderTheUsersName) {
  ASSERT_TRUE(probes_.define(plan_of("mine", "work", {0x1000, 0x2000}), "").ok());
  EXPECT_EQ(lines(), line("work", "1000") + line("work", "2000"));
  const ArmedEvent& event = probes_.events().at(0);
  EXPECT_TRUE(event.own);
  EXPECT_EQ(event.info.schema.group, "mine");
  EXPECT_EQ(event.info.schema.name, "work");
  EXPECT_EQ(event.info.sites.size(), 2u);
  EXPECT_EQ(event.info.definition, "p:mine/work");
}

TEST_F(ProbeSetTest, DefinitionsOfOneNameAreOneEvent) {
  ASSERT_TRUE(probes_.define(plan_of("mine", "work", {0x1000}), "n > 1").ok());
  ASSERT_TRUE(probes_.define(plan_of("mine", "work", {0x2000}), "n > 1").ok());
  ASSERT_EQ(probes_.events().size(), 1u);
  EXPECT_EQ(probes_.events()[0].info.definition, "p:mine/work\np:mine/work");
  EXPECT_EQ(lines(), line("work", "1000") + line("work", "2000"));
}

TEST_F(ProbeSetTest, OneNameInTwoGroupsIsTwoNamesForTheKernel) {
  ASSERT_TRUE(probes_.define(plan_of("mine", "work", {0x1000}), "").ok());
  ASSERT_TRUE(probes_.define(plan_of("yours", "work", {0x2000}), "").ok());
  EXPECT_EQ(lines(), line("work", "1000") + line("work_2", "2000"));
  const std::string longest(63, 'w');
  ASSERT_TRUE(probes_.define(plan_of("mine", longest, {0x3000}), "").ok());
  ASSERT_TRUE(probes_.define(plan_of("yours", longest, {0x4000}), "").ok());
  EXPECT_EQ(probes_.events()[3].kernel_name, std::string(61, 'w') + "_2");
}

TEST_F(ProbeSetTest, SlidProbesAreKnownWhereTheyWereAskedFor) {
  ProbePlan plan = plan_of("mine", "work", {0x1004});
  plan.sites[0].slid_by = 4;
  ASSERT_TRUE(probes_.define(plan, "").ok());
  EXPECT_EQ(probes_.events()[0].info.sites[0].file_offset, 0x1000u);
  EXPECT_EQ(probes_.events()[0].slid_by, std::vector<uint64_t>{4});
}

TEST_F(ProbeSetTest, OwnEventsAreRemovedAndForeignOnesStay) {
  EventInfo foreign;
  foreign.schema.group = "theirs";
  foreign.schema.name = "read";
  ASSERT_TRUE(probes_.define(plan_of("mine", "work", {0x1000}), "").ok());
  probes_.adopt(foreign, "");
  EXPECT_EQ(probes_.events().size(), 2u);
  ASSERT_TRUE(probes_.remove().ok());
  ASSERT_TRUE(probes_.remove().ok());
  EXPECT_EQ(lines(), line("work", "1000") + "-:" + kGroup + "/work\n");
}

TEST_F(ProbeSetTest, EventsGoWithTheSet) {
  {
    ProbeSet probes(Tracefs(fake_.root()), Owner{12, 345});
    ASSERT_TRUE(probes.define(plan_of("mine", "work", {0x1000}), "").ok());
  }
  EXPECT_EQ(lines(), line("work", "1000") + "-:" + kGroup + "/work\n");
}

TEST_F(ProbeSetTest, RefusedDefinitionIsNotRemoved) {
  const std::string path(5000, 'x');
  ProbePlan plan = plan_of("mine", "work", {0x1000});
  plan.sites[0].path = "/" + path;
  EXPECT_FALSE(probes_.define(plan, "").ok());
  EXPECT_TRUE(probes_.remove().ok());
  EXPECT_EQ(lines(), "");
}

TEST_F(ProbeSetTest, FormatsAreTheKernelsUnderTheUsersNames) {
  KernelFixture kernel("6.18");
  ASSERT_TRUE(probes_.define(plan_of("mine", "work", {0x1000}), "").ok());
  EXPECT_FALSE(probes_.load_formats().ok());
  fake_.put("events/" + kGroup + "/work/format", kernel.format("uproar_fx", "fx_lines"));
  ASSERT_TRUE(probes_.load_formats().ok());
  const EventSchema& schema = probes_.events()[0].info.schema;
  EXPECT_EQ(schema.full_name(), "mine:work");
  EXPECT_EQ(schema.fields.size(), 2u);
  EXPECT_EQ(schema.kernel_type, kernel.schema("uproar_fx:fx_lines").kernel_type);
}

TEST_F(ProbeSetTest, HitsAreThoseSinceTheBeginning) {
  EventInfo foreign;
  foreign.schema.group = "theirs";
  foreign.schema.name = "read";
  fake_.put("uprobe_events", "p:theirs/read /bin/t:0x0000000000003000\n");
  ASSERT_TRUE(probes_.define(plan_of("mine", "work", {0x1000}), "").ok());
  probes_.adopt(foreign, "");
  fake_.put("uprobe_profile", "  /bin/t read 100\n  /bin/t work 0\n");
  ASSERT_TRUE(probes_.note_hits_before().ok());
  fake_.put("uprobe_profile", "  /bin/t read 103\n  /bin/t work 7\n");
  auto hits = probes_.hits_since();
  ASSERT_TRUE(hits.ok());
  EXPECT_EQ(*hits, (std::vector<uint64_t>{7, 3}));
  EXPECT_TRUE(probes_.events()[1].hits_exact);
}

TEST_F(ProbeSetTest, ForeignEventThatIsOnMakesHitsInexact) {
  EventInfo foreign;
  foreign.schema.group = "theirs";
  foreign.schema.name = "read";
  fake_.put("uprobe_profile", "");
  fake_.put("events/theirs/read/enable", "1\n");
  probes_.adopt(foreign, "");
  ASSERT_TRUE(probes_.note_hits_before().ok());
  EXPECT_FALSE(probes_.events()[0].hits_exact);
}

}  // namespace
}  // namespace uproar
