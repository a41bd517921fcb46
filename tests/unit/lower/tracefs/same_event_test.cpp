#include "lower/tracefs/same_event.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

FetchArgument argument(const std::string& name, uint8_t bits, const std::string& source = "di") {
  FetchArgument made;
  made.name = name;
  made.operations = {{FetchOperation::Kind::Register, 0, source, false}};
  made.type.bits = bits;
  return made;
}

ProbePlan plan(uint64_t offset, std::vector<FetchArgument> arguments) {
  ProbePlan made;
  made.group = "uprobes";
  made.event = "mine";
  ProbeSite site;
  site.path = "/bin/app";
  site.file_offset = offset;
  made.sites.push_back(site);
  made.argument_sets = {std::move(arguments)};
  return made;
}

TEST(SameEvent, OtherPlacesAndOtherFetchesAtOnePlaceAreAdded) {
  EXPECT_EQ(why_not_one_event(plan(1, {argument("n", 32)}), plan(2, {argument("n", 32)})), "");
  EXPECT_EQ(why_not_one_event(plan(1, {argument("n", 32)}), plan(1, {argument("n", 32, "si")})), "");
}

TEST(SameEvent, WhatTheKernelRefusesIsTold) {
  EXPECT_EQ(why_not_one_event(plan(1, {argument("n", 32)}), plan(1, {argument("n", 32)})),
            "has the same place in both");
  EXPECT_EQ(why_not_one_event(plan(1, {argument("n", 32)}), plan(2, {argument("m", 32)})),
            "has n:x32 in one of them and m:x32 in the other");
  EXPECT_EQ(why_not_one_event(plan(1, {argument("n", 32)}), plan(2, {argument("n", 64)})),
            "has n:x32 in one of them and n:x64 in the other");
  EXPECT_EQ(why_not_one_event(plan(1, {}), plan(2, {argument("n", 64)})),
            "has not the same number of arguments in both");
  ProbePlan other = plan(2, {});
  other.is_return = true;
  EXPECT_EQ(why_not_one_event(plan(1, {}), other), "is p in one of them and r in the other");
}

}  // namespace
}  // namespace uproar
