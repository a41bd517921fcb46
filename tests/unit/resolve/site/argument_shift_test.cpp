#include "resolve/site/argument_shift.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Kind = FetchOperation::Kind;

FetchArgument argument(const std::string& name, std::vector<FetchOperation> operations) {
  FetchArgument made;
  made.name = name;
  made.operations = std::move(operations);
  return made;
}
FetchOperation general(const std::string& name) {
  return {Kind::Register, 0, name, false};
}
FetchOperation dereference(int64_t displacement) {
  return {Kind::Dereference, displacement, {}, false};
}
InstructionEffects writing(std::string_view name) {
  InstructionEffects effects;
  effects.is_plain = true;
  effects.written = register_set_of(name);
  return effects;
}

TEST(ArgumentShift, ARegisterThatIsWrittenHasAnotherValue) {
  const std::vector<FetchArgument> arguments = {argument("a", {general("di")}),
                                                argument("b", {general("si"), dereference(8)})};
  const ArgumentReads reads(arguments);
  EXPECT_EQ(reads.first_changed(writing("si"), 0), "b");
  EXPECT_EQ(reads.first_changed(writing("di"), 0), "a");
  EXPECT_EQ(reads.first_changed(writing("ax"), 0), "");
  EXPECT_EQ(reads.first_changed(writing("ax"), 16), "");  // neither is of the stack
}

TEST(ArgumentShift, VectorsChangeTogether) {
  FetchOperation vector{Kind::Register, 0, "xmm0", false, FetchOperation::RegisterClass::Vector};
  const std::vector<FetchArgument> arguments = {argument("f", {vector})};
  InstructionEffects zeroing;
  zeroing.writes_vectors = true;
  EXPECT_EQ(ArgumentReads(arguments).first_changed(zeroing, 0), "f");
  EXPECT_EQ(ArgumentReads(arguments).first_changed(writing("di"), 0), "");
}

TEST(ArgumentShift, PlacesOnTheStackAreMadeGoodFor) {
  const std::vector<FetchArgument> arguments = {argument("slot", {{Kind::StackSlot, 1, {}, false}}),
                                                argument("behind", {general("sp"), dereference(8)})};
  const ArgumentReads reads(arguments);
  EXPECT_EQ(reads.first_changed(writing("sp"), 24), "");
  const auto moved = reads.shifted(24);
  EXPECT_EQ(moved[0].operations[0].number, 4);
  EXPECT_EQ(moved[1].operations[1].number, 32);
  EXPECT_EQ(reads.shifted(0)[0].operations[0].number, 1);
}

TEST(ArgumentShift, WhatNoDisplacementMakesGoodIsChanged) {
  // A slot is 8 bytes; below the stack there is none; $stack itself is a number.
  const std::vector<FetchArgument> slot = {argument("slot", {{Kind::StackSlot, 1, {}, false}})};
  EXPECT_EQ(ArgumentReads(slot).first_changed({}, 4), "slot");
  EXPECT_EQ(ArgumentReads(slot).first_changed({}, -16), "slot");
  const std::vector<FetchArgument> stack = {argument("stack", {{Kind::StackPointer, 0, {}, false}})};
  EXPECT_EQ(ArgumentReads(stack).first_changed({}, 8), "stack");
  EXPECT_EQ(ArgumentReads(stack).first_changed({}, 0), "");
  const std::vector<FetchArgument> far = {argument("far", {general("sp"), dereference(INT64_MAX)})};
  EXPECT_EQ(ArgumentReads(far).first_changed({}, 8), "far");
}

// Lengths, conditions and bounds are read as well.
TEST(ArgumentShift, EveryListOfOperationsCounts) {
  FetchArgument text = argument("text", {general("di")});
  text.length = {general("si")};
  FetchCondition condition;
  condition.operations = {general("sp"), dereference(0)};
  text.conditions.push_back(condition);
  const std::vector<FetchArgument> arguments = {text};
  EXPECT_EQ(ArgumentReads(arguments).first_changed(writing("si"), 0), "text");
  EXPECT_EQ(ArgumentReads(arguments).shifted(8)[0].conditions[0].operations[1].number, 8);
}

TEST(ArgumentShift, TheInstructionPointerStaysAtItsPlace) {
  const std::vector<FetchArgument> arguments = {argument("a", {general("di")}),
                                                argument("where", {general("ip")})};
  EXPECT_EQ(ArgumentReads(arguments).reads_place(), "where");
  const std::vector<FetchArgument> others = {argument("a", {general("di")})};
  EXPECT_EQ(ArgumentReads(others).reads_place(), "");
}

}  // namespace
}  // namespace uproar
