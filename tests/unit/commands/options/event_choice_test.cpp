#include "commands/options/event_choice.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::vector<ListedEvent> listed() {
  std::vector<ListedEvent> events(4);
  events[0].group = "app", events[0].name = "area";
  events[1].group = "app", events[1].name = "draw";
  events[2].group = "uproar_12_345", events[2].name = "area";
  events[3].group = "other", events[3].name = "area";
  return events;
}

std::string names(const std::vector<const ListedEvent*>& events) {
  std::string all;
  for (const ListedEvent* event : events) all += event->group + "/" + event->name + " ";
  return all;
}

TEST(EventChoice, NameAloneMatchesInEveryGroupButTemporaryOnes) {
  auto events = listed();
  EXPECT_EQ(names(match_events(events, "area")), "app/area other/area ");
}

TEST(EventChoice, BothSeparatorsWork) {
  auto events = listed();
  EXPECT_EQ(names(match_events(events, "app/*")), "app/area app/draw ");
  EXPECT_EQ(names(match_events(events, "app:dr?w")), "app/draw ");
}

TEST(EventChoice, TemporaryEventsMustBeSpelledOut) {
  auto events = listed();
  EXPECT_EQ(names(match_events(events, "uproar_*/area")), "");
  EXPECT_EQ(names(match_events(events, "uproar_12_345/area")), "uproar_12_345/area ");
}

TEST(EventChoice, GlobThatMatchesNothingIsAnError) {
  auto events = listed();
  auto matched = match_all(events, {"app/*", "none"});
  ASSERT_FALSE(matched.ok());
  EXPECT_EQ(render(matched.error()),
            "error: no uprobe event matches 'none'\n  help: uproar events lists what there is\n");
}

}  // namespace
}  // namespace uproar
