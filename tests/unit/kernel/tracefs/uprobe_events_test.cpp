#include "kernel/tracefs/uprobe_events.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(UprobeEvents, LinesOfOneNameAreOneEventWithSeveralPlaces) {
  auto events = list_uprobe_events(Tracefs(fixture("small")));
  ASSERT_TRUE(events.ok());
  ASSERT_EQ(events->size(), 5u);
  const ListedEvent& many = (*events)[2];
  EXPECT_EQ(many.group, "g1");
  EXPECT_EQ(many.name, "many");
  ASSERT_EQ(many.places.size(), 2u);
  EXPECT_EQ(many.places[0].path, "/opt/app");
  EXPECT_EQ(many.places[0].file_offset, 0x1140u);
  EXPECT_EQ(many.places[0].ref_counter, 0x4010u);
  EXPECT_EQ(many.places[1].path, "/opt/other");
  EXPECT_EQ(many.places[1].ref_counter, 0u);
  EXPECT_EQ(many.lines[1], "p:g1/many /opt/other:0x0000000000002000");
}

TEST(UprobeEvents, ArgumentsAndKindAreKept) {
  auto events = list_uprobe_events(Tracefs(fixture("small")));
  ASSERT_TRUE(events.ok());
  EXPECT_FALSE((*events)[0].is_return);
  EXPECT_EQ((*events)[0].arguments, "fd=%di:s32 path=+0(%si):string");
  EXPECT_TRUE((*events)[1].is_return);
  EXPECT_EQ((*events)[1].arguments, "ret=$retval");
}

TEST(UprobeEvents, LineThatIsNoneIsLeftOutAndOddPathsAreKept) {
  auto events = list_uprobe_events(Tracefs(fixture("small")));
  ASSERT_TRUE(events.ok());
  EXPECT_EQ(events->back().name, "odd");
  EXPECT_EQ(events->back().places[0].path, "/opt/a:b(c)%d");
  EXPECT_EQ(events->back().places[0].file_offset, 0x10u);
}

TEST(UprobeEvents, HitsOfEqualNamesInSeveralGroupsAreToldApartByOrder) {
  auto hits = read_hit_counts(Tracefs(fixture("small")));
  ASSERT_TRUE(hits.ok());
  EXPECT_EQ(*hits, (std::map<std::string, uint64_t>{
                       {"g2/read", 5}, {"g1/read", 7}, {"g1/many", 42}, {"g2/write", 0}, {"g1/odd", 1}}));
}

TEST(UprobeEvents, EventsThatCameBetweenTheTwoReadsDoNotShiftTheHits) {
  FakeFolder fake;
  fake.put("uprobe_events", "p:a/x /f:0x1\np:gone/x /g:0x1\np:b/y /f:0x2\n");
  fake.put("uprobe_profile", "  /f x 3\n  /f new 9\n  /f y 4\n  /f y\n  /f y many\n");
  auto hits = read_hit_counts(Tracefs(fake.root()));
  ASSERT_TRUE(hits.ok());
  EXPECT_EQ(*hits, (std::map<std::string, uint64_t>{{"a/x", 3}, {"b/y", 4}}));
}

TEST(UprobeEvents, CounterReadsTheListOnceAndTheHitsEachTime) {
  FakeFolder fake;
  fake.put("uprobe_events", "p:a/x /f:0x1\np:b/y /f:0x2\n");
  auto counter = HitCounter::create(Tracefs(fake.root()));
  ASSERT_TRUE(counter.ok());
  fake.put("uprobe_profile", "  /f x 3\n  /f y 4\n");
  EXPECT_EQ(*counter->read(), (std::map<std::string, uint64_t>{{"a/x", 3}, {"b/y", 4}}));
  // One is gone and one is new.
  fake.put("uprobe_events", "p:b/y /f:0x2\np:c/z /f:0x3\n");
  fake.put("uprobe_profile", "  /f y 5\n  /f z 6\n");
  EXPECT_EQ(*counter->read(), (std::map<std::string, uint64_t>{{"b/y", 5}}));
}

TEST(UprobeEvents, EnabledInNamesTheTopInstanceAndTheOthers) {
  Tracefs tracefs(fixture("small"));
  EXPECT_EQ(enabled_in(tracefs, "g1", "read"), (std::vector<std::string>{"", "other"}));
  EXPECT_EQ(enabled_in(tracefs, "g2", "read"), std::vector<std::string>{});
  EXPECT_EQ(enabled_in(tracefs, "..", "read"), std::vector<std::string>{});
}

TEST(UprobeEvents, LineIsAppendedAndNothingIsCutOff) {
  FakeFolder fake;
  fake.put("uprobe_events", "p:foreign/e /f:0x1\n");
  ASSERT_TRUE(add_uprobe_event(Tracefs(fake.root()), "p:g/e /f:0x2 a=%di", {}).ok());
  ASSERT_TRUE(remove_uprobe_event(Tracefs(fake.root()), "g", "e").ok());
  EXPECT_EQ(fake.get("uprobe_events"), "p:foreign/e /f:0x1\np:g/e /f:0x2 a=%di\n-:g/e\n");
}

TEST(UprobeEvents, OverlongLineIsRefusedBeforeTheKernelCutsIt) {
  FakeFolder fake;
  fake.put("uprobe_events", "");
  const std::string longest = "p:g/e /f:0x2 " + std::string(4093 - 13, 'a');
  EXPECT_TRUE(add_uprobe_event(Tracefs(fake.root()), longest, {}).ok());
  auto refused = add_uprobe_event(Tracefs(fake.root()), longest + "a", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render(refused.error()),
            "error: this definition is 4094 bytes for the kernel, which takes 4093\n"
            "  help: fetch fewer arguments, or use a shorter path\n");
  EXPECT_EQ(fake.get("uprobe_events"), longest + "\n");
}

TEST(UprobeEvents, SecondCommandBehindANewlineIsRefused) {
  FakeFolder fake;
  fake.put("uprobe_events", "");
  for (const std::string& line : {std::string("p:g/e /f:0x2\n-:foreign/e"), std::string("p:g/e /f#x:0x2"),
                                  std::string("p:g/e /f") + '\0' + ":0x2"}) {
    EXPECT_FALSE(add_uprobe_event(Tracefs(fake.root()), line, {}).ok());
  }
  EXPECT_EQ(fake.get("uprobe_events"), "");
}

TEST(UprobeEvents, RemovalWithoutAGroupIsRefused) {
  FakeFolder fake;
  fake.put("uprobe_events", "");
  for (const char* group : {"", "a b", "a/b", "a\n-:b/c", "..", "#"}) {
    auto refused = remove_uprobe_event(Tracefs(fake.root()), group, "e");
    ASSERT_FALSE(refused.ok()) << group;
    EXPECT_EQ(refused.error().message, "\"" + std::string(group) + "/e\" is not the name of an event");
  }
  EXPECT_FALSE(remove_uprobe_event(Tracefs(fake.root()), "g", "").ok());
  EXPECT_EQ(fake.get("uprobe_events"), "");
}

TEST(UprobeEvents, MissingFileSaysWhatTheKernelLacks) {
  FakeFolder fake;
  auto refused = add_uprobe_event(Tracefs(fake.root()), "p:g/e /f:0x2", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(
      render(refused.error()),
      "error: this kernel has no uprobe events\n  help: use a kernel built with CONFIG_UPROBE_EVENTS=y\n");
  EXPECT_FALSE(list_uprobe_events(Tracefs(fake.root())).ok());
}

}  // namespace
}  // namespace uproar
