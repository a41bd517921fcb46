#include "capture/bpf/bpf_events.h"

#include <gtest/gtest.h>

#include "support/plan_of_text.h"

namespace uproar {
namespace {

class BpfEventsTest : public ::testing::Test {
 protected:
  // `offsets`: more places of the same definition.
  void want(const std::string& text, std::vector<uint64_t> offsets = {}) {
    auto plan = plan_of_text(text);
    ASSERT_TRUE(plan.ok()) << render(plan.error());
    for (const uint64_t offset : offsets) {
      ProbeSite site = plan->sites.front();
      site.file_offset = offset;
      plan->sites.push_back(site);
    }
    request_.probes.push_back({std::move(*plan), {}});
  }
  Result<BpfEvents> made() { return bpf_events(request_, BpfOptions()); }

  RecordRequest request_;
};

TEST_F(BpfEventsTest, OneLinkForEachFileAndKind) {
  want("p:g/one /bin/a:0x10 n=%di:u32", {0x20, 0x30});
  want("p:g/two /bin/b:0x10");
  want("r:g/three /bin/a:0x10");
  want("p:g/four /bin/a:0x40");
  const auto events = made();
  ASSERT_TRUE(events.ok()) << render(events.error());
  EXPECT_EQ(events->events.size(), 4U);
  ASSERT_EQ(events->links.size(), 3U);
  size_t places = 0;
  for (const auto& link : events->links) {
    places += link.places.places.size();
    EXPECT_EQ(link.places.is_return, events->made.programs[link.program].is_return);
  }
  EXPECT_EQ(places, 6U);
}

// The kernel runs what came last first.
TEST_F(BpfEventsTest, PlacesAreAttachedBackwards) {
  want("p:g/one /bin/a:0x10");
  want("p:g/two /bin/a:0x10");
  const auto events = made();
  ASSERT_TRUE(events.ok()) << render(events.error());
  ASSERT_EQ(events->links.size(), 1U);
  const auto& places = events->links[0].places.places;
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0].cookie, events->made.events[1].cookies[0]);
  EXPECT_EQ(places[1].cookie, events->made.events[0].cookies[0]);
}

TEST_F(BpfEventsTest, DefinitionsOfOneNameAreOneEvent) {
  want("p:g/one /bin/a:0x10 n=%di:u32", {0x20});
  want("p:g/one /bin/b:0x10 n=%si:u32");
  const auto events = made();
  ASSERT_TRUE(events.ok()) << render(events.error());
  ASSERT_EQ(events->events.size(), 1U);
  EXPECT_EQ(events->events[0].sites.size(), 3U);
  EXPECT_EQ(events->codes[1].event, 0U);
  EXPECT_EQ(events->codes[1].first_place, 2U);
  EXPECT_EQ(events->events[0].definition, "p:g/one /bin/a:0x10 n=%di:u32\np:g/one /bin/b:0x10 n=%si:u32");
}

TEST_F(BpfEventsTest, DefinitionsOfOneNameThatDifferAreRefused) {
  want("p:g/one /bin/a:0x10 n=%di:u32");
  want("p:g/one /bin/b:0x10 n=%di:u64");
  const auto events = made();
  ASSERT_FALSE(events.ok());
  EXPECT_EQ(render(events.error()),
            "error: two events to record are named g/one, and record different things\n"
            "  p:g/one /bin/b:0x10 n=%di:u64\n"
            "  help: give one of them another name: p:NAME PATH:SITE\n");
}

}  // namespace
}  // namespace uproar
