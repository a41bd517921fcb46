#include "resolve/hazards/hazard_list.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Level = Hazard::Level;

TEST(HazardList, OneOfAKindAndLevelCountsTheOthers) {
  HazardList list;
  list.add({Level::Note, "f: red", {}, HazardKind::RedZone});
  list.add({Level::Note, "g: red", {}, HazardKind::RedZone});
  list.add({Level::Note, "h: red", {}, HazardKind::RedZone});
  const Hazards hazards = list.take();
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].message, "f: red (and 2 more like it)");
}

TEST(HazardList, TheMostSeriousComeFirstInTheOrderOfFinding) {
  HazardList list;
  list.add({Level::Detail, "detail", {}, HazardKind::DeepRecursion});
  list.add({Level::Note, "first note", {}, HazardKind::GoTailCall});
  list.add({Level::Refused, "refused", {}, HazardKind::RedZone});
  list.add({Level::Note, "second note", {}, HazardKind::RedZone});
  std::string order;
  for (const Hazard& each : list.take()) order += each.message + "; ";
  EXPECT_EQ(order, "refused; first note; second note; detail; ");
  EXPECT_TRUE(HazardList().take().empty());
}

}  // namespace
}  // namespace uproar
