// Plans that are made by hand; the limits themselves, and the messages as users see them, are tested from
// definitions (tracefs_samples_test.cpp).
#include "lower/tracefs/tracefs_check.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

FetchArgument argument(const std::string& name, Operation kind, ValueType type = {}) {
  FetchArgument made;
  made.name = name;
  made.operations = {{kind, 0, "di"}};
  made.type = std::move(type);
  return made;
}

FetchArgument in_vector(const std::string& name) {
  FetchArgument made = argument(name, Operation::Register);
  made.operations.front().name = "xmm0";
  made.operations.front().register_class = FetchOperation::RegisterClass::Vector;
  return made;
}

ValueType array_of(uint32_t count) {
  ValueType type;
  type.array_count = count;
  type.source_name = "long [" + std::to_string(count) + "]";
  return type;
}

ProbePlan plan_of(std::vector<FetchArgument> arguments) {
  ProbePlan plan;
  plan.group = "g";
  plan.event = "e";
  plan.sites.push_back({"/bin/x", 0x1000});
  plan.argument_sets = {std::move(arguments)};
  return plan;
}

// "p x:f first second": where the words stand.
constexpr const char* kText = "p x:f first second";
void place_in_text(FetchArgument& made, Span span) {
  made.source.argument = made.source.fetch = made.source.leaf = span;
}

Hazards hazards_of(ProbePlan plan) {
  auto hazards = fit_to_tracefs(plan);
  EXPECT_TRUE(hazards.ok()) << render(hazards.error());
  return hazards.ok() ? *hazards : Hazards{};
}

TEST(TracefsCheck, PlainArgumentsHaveNoHazard) {
  EXPECT_TRUE(hazards_of(plan_of({argument("a", Operation::Register)})).empty());
}

TEST(TracefsCheck, VectorRegisterIsUnderlinedWhereTheVariableStands) {
  ProbePlan plan = plan_of({argument("first", Operation::Register), in_vector("second")});
  plan.definition = kText;
  place_in_text(plan.argument_sets[0][1], {12, 18});
  auto outcome = fit_to_tracefs(plan);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(render(outcome.error()),
            "error: second is in xmm0, which the kernel's fetches cannot read\n"
            "  p x:f first second\n"
            "              ^~~~~~\n"
            "  help: probe another place, such as a line of the function (FUNC:LINE)\n");
}

TEST(TracefsCheck, SumOfTwoRegisters) {
  FetchArgument element = argument("first", Operation::Register);
  element.operations = {{Operation::Register, 0, "di"}, {Operation::Dereference, 8, {}}};
  element.operations.front().index = "si";
  ProbePlan plan = plan_of({element});
  plan.definition = kText;
  place_in_text(plan.argument_sets[0][0], {6, 11});
  auto outcome = fit_to_tracefs(plan);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(render(outcome.error()),
            "error: the address of first is the sum of two registers, and the kernel's fetches know one "
            "register and "
            "a displacement\n"
            "  p x:f first second\n"
            "        ^~~~~\n"
            "  help: programs of BPF can (--via bpf)\n");
}

TEST(TracefsCheck, VectorRegisterOfALengthIsFoundToo) {
  FetchArgument text = argument("first", Operation::Register);
  text.type.kind = ValueType::Kind::SizedString;
  text.length = in_vector("n").operations;
  ProbePlan plan = plan_of({text});
  plan.definition = kText;
  plan.argument_sets[0][0].source.length = {12, 18};
  auto outcome = fit_to_tracefs(plan);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "second is in xmm0, which the kernel's fetches cannot read");
}

TEST(TracefsCheck, OneOfSeveralPlacesIsEnough) {
  ProbePlan plan = plan_of({argument("a", Operation::Register)});
  plan.argument_sets.push_back({in_vector("a")});
  EXPECT_FALSE(fit_to_tracefs(plan).ok());
}

TEST(TracefsCheck, ArrayOfTheProgramThatIsTooLongSaysHowToChoose) {
  ProbePlan plan = plan_of({argument("first", Operation::Dereference, array_of(100))});
  plan.definition = kText;
  place_in_text(plan.argument_sets[0][0], {6, 11});
  auto outcome = fit_to_tracefs(plan);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message,
            "first has 100 elements (long [100]): the kernel records arrays of up to 64");
  EXPECT_EQ(outcome.error().remedy, "choose elements, first[0] to first[99]");
}

TEST(TracefsCheck, WhatAListNamesIsLeftOutWithANote) {
  ProbePlan plan = plan_of({in_vector("x"), argument("kept", Operation::Register),
                            argument("many", Operation::Dereference, array_of(100))});
  for (FetchArgument& each : plan.argument_sets[0]) each.source.listed = true;
  auto hazards = fit_to_tracefs(plan);
  ASSERT_TRUE(hazards.ok());
  ASSERT_EQ(hazards->size(), 2u);
  EXPECT_EQ(hazards->at(0).message, "x is in xmm0, which the kernel's fetches cannot read");
  EXPECT_EQ(hazards->at(1).message,
            "many has 100 elements (long [100]): the kernel records arrays of up to 64");
  EXPECT_EQ(hazards->at(0).level, Hazard::Level::Note);
  ASSERT_EQ(plan.arguments().size(), 1u);
  EXPECT_EQ(plan.arguments().front().name, "kept");
}

TEST(TracefsCheck, ImmediateStringsAreToldOnce) {
  auto hazards = hazards_of(
      plan_of({argument("t", Operation::ImmediateString), argument("u", Operation::ImmediateString)}));
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::ImmediateString);
  EXPECT_TRUE(hazards[0].message.ends_with("in the process (and 1 more like it)")) << hazards[0].message;
}

TEST(TracefsCheck, LongStringsAreExplained) {
  ValueType string;
  string.kind = ValueType::Kind::String;
  auto hazards = hazards_of(plan_of(
      {argument("a", Operation::Dereference, string), argument("b", Operation::Dereference, string)}));
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::StringLimits);
  EXPECT_EQ(hazards[0].level, Hazard::Level::Detail);
  EXPECT_TRUE(hazards_of(plan_of({argument("c", Operation::TaskName, string)})).empty());
}

TEST(TracefsCheck, EventsLargerThanTheKernelTakesAreRefused) {
  const FetchArgument each = argument("a", Operation::Dereference, array_of(64));
  ProbePlan plan = plan_of(std::vector<FetchArgument>(6, each));  // 3072 bytes
  EXPECT_TRUE(hazards_of(plan).empty());
  plan.argument_sets.front().push_back(argument("b", Operation::Register));
  auto hazards = hazards_of(plan);
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::EventTooLarge);
  EXPECT_EQ(hazards[0].level, Hazard::Level::Refused);
  EXPECT_FALSE(hazards[0].overridable);
  EXPECT_EQ(hazards[0].message, "the arguments take 3080 bytes of each event: the kernel accepts 3072");
}

}  // namespace
}  // namespace uproar
