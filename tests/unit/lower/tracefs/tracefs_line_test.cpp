#include "lower/tracefs/tracefs_line.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;
using Type = ValueType::Kind;

FetchOperation source(Operation kind, int64_t number = 0, std::string name = {}) {
  return {kind, number, std::move(name), false};
}

FetchOperation dereference(int64_t offset, bool user = false) {
  return {Operation::Dereference, offset, "", user};
}

ProbePlan plan() {
  ProbePlan plan;
  plan.group = "uprobes";
  plan.event = "readline";
  plan.sites.push_back({"/bin/bash", 0xd5690, 0, "readline", 0, false});
  return plan;
}

std::string line_of(const ProbePlan& plan, size_t site, std::string_view group, std::string_view event) {
  const KernelArguments arguments{plan.argument_sets, false};
  return tracefs_line(plan, arguments, site, group, event);
}

TEST(TracefsLine, OffsetHasSixteenDigits) {
  EXPECT_EQ(line_of(plan(), 0, "uprobes", "readline"), "p:uprobes/readline /bin/bash:0x00000000000d5690");
}

TEST(TracefsLine, NameIsTheOneThatIsGiven) {
  EXPECT_EQ(line_of(plan(), 0, "uproar_12_345", "e"), "p:uproar_12_345/e /bin/bash:0x00000000000d5690");
}

TEST(TracefsLine, ReturnProbeWithArguments) {
  ProbePlan with = plan();
  with.is_return = true;
  with.argument_sets.front().push_back(
      {"cmd", {source(Operation::ReturnValue), dereference(0)}, {Type::String, 64, 0, 0, 0}});
  with.argument_sets.front().push_back({"arg2", {source(Operation::StackPointer)}, {}});
  EXPECT_EQ(line_of(with, 0, "g", "e"),
            "r:g/e /bin/bash:0x00000000000d5690 cmd=+0($retval):string arg2=$stack");
}

TEST(TracefsLine, ReferenceCounterIsShort) {
  ProbePlan with = plan();
  with.sites[0].ref_counter = 0x3014;
  EXPECT_EQ(line_of(with, 0, "g", "e"), "p:g/e /bin/bash:0x00000000000d5690(0x3014)");
}

TEST(TracefsLine, EachSiteHasItsLine) {
  ProbePlan with = plan();
  with.sites.push_back({"/bin/dash", 0x10, 0, "", 0, false});
  EXPECT_EQ(line_of(with, 1, "g", "e"), "p:g/e /bin/dash:0x0000000000000010");
}

TEST(LineSource, EveryArgumentOfTheLineStandsForOneOfTheUsers) {
  ProbePlan plan;
  plan.definition = "p:g/e x:f a=+8(%di):string $vars";
  plan.source = {{0, 5}, {2, 3}, {4, 5}, {6, 9}};
  ProbeSite site;
  site.path = "/bin/x";
  plan.sites.push_back(site);
  FetchArgument text;
  text.name = "a";
  text.operations = {{Operation::Register, 0, "di"}, {Operation::Dereference, 8}};
  text.type.kind = Type::String;
  text.source.argument = {10, 26};
  FetchArgument listed;
  listed.name = "v";
  listed.operations = {{Operation::Register, 0, "si"}};
  listed.source.argument = {27, 32};
  plan.argument_sets = {{text, listed}};
  auto arguments = kernel_arguments(plan, Helpers::All);
  ASSERT_TRUE(arguments.ok());
  const LineSource made = line_source(plan, *arguments);
  EXPECT_EQ(made.text, plan.definition);
  EXPECT_EQ(made.name.begin, 2u);
  EXPECT_EQ(made.name.end, 5u);
  ASSERT_EQ(made.arguments.size(), 3u);
  EXPECT_EQ(made.arguments[0].begin, 10u);
  EXPECT_EQ(made.arguments[1].begin, 27u);
  EXPECT_EQ(made.arguments[2].begin, 10u);  // __start_1
}

}  // namespace
}  // namespace uproar
