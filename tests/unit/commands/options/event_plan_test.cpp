#include "commands/options/event_plan.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "resolve/resolver.h"

namespace uproar {
namespace {

ListedEvent event_at(const std::vector<std::pair<uint64_t, std::string>>& places) {
  ListedEvent event;
  event.group = "g";
  event.name = "e";
  for (const auto& [offset, arguments] : places) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(offset));
    event.lines.push_back(std::string("p:g/e /proc/self/exe:") + text + arguments);
    event.places.push_back({"/proc/self/exe", offset, 0});
  }
  return event;
}

// File offset of code of this program, where an instruction begins.
uint64_t some_offset() {
  const auto resolved = resolve_definition("p:x /proc/self/exe:main", default_path_environment(), {});
  return resolved.ok() ? resolved->plan.sites.front().file_offset : 0;
}

TEST(EventPlan, PlacesWithTheSameArgumentsShareASet) {
  SymbolLookup symbols;
  const uint64_t at = some_offset();
  ASSERT_NE(at, 0U);
  const auto plan = plan_of_event(event_at({{at, " n=%di:u32 __place=\\0:u32"},
                                            {at, " n=%di:u32 __place=\\1:u32"},
                                            {at, " n=%si:u32 __place=\\2:u32"}}),
                                  symbols);
  ASSERT_TRUE(plan.ok()) << render(plan.error());
  EXPECT_EQ(plan->group, "g");
  EXPECT_EQ(plan->event, "e");
  ASSERT_EQ(plan->sites.size(), 3U);
  ASSERT_EQ(plan->argument_sets.size(), 2U);
  EXPECT_EQ(plan->argument_sets[0].size(), 1U);
  EXPECT_EQ(plan->argument_sets[1][0].operations[0].name, "si");
  EXPECT_EQ(plan->sites[1].argument_set, 0U);
  EXPECT_EQ(plan->sites[2].argument_set, 1U);
  EXPECT_EQ(plan->sites[0].file_offset, at);
}

TEST(EventPlan, AFileThatIsGoneIsAnError) {
  SymbolLookup symbols;
  ListedEvent event;
  event.group = "g";
  event.name = "e";
  event.lines = {"p:g/e /nonexistent/file:0x0000000000000010"};
  event.places = {{"/nonexistent/file", 0x10, 0}};
  EXPECT_FALSE(plan_of_event(event, symbols).ok());
  EXPECT_FALSE(plan_of_event(ListedEvent(), symbols).ok());
}

}  // namespace
}  // namespace uproar
