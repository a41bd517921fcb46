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

FetchArgument argument(std::vector<FetchOperation> operations, ValueType type = {}) {
  return {"a", std::move(operations), type};
}

// The texts on the right were accepted and listed in this form by Linux 6.18.
TEST(TracefsArgument, EveryOperationIsSpelledAsTheKernelListsIt) {
  const ValueType string{Type::String, 64, 0, 0, 0};
  struct Row {
    FetchArgument argument;
    const char* text;
  };
  const Row rows[] = {
      {argument({source(Operation::Register, 0, "di")}), "a=%di"},
      {argument({source(Operation::StackPointer)}), "a=$stack"},
      {argument({source(Operation::StackSlot, 3)}), "a=$stack3"},
      {argument({source(Operation::ReturnValue)}), "a=$retval"},
      {argument({source(Operation::Immediate, 16)}), "a=\\16"},
      {argument({source(Operation::Immediate, -5)}, {Type::Signed, 32, 0, 0, 0}), "a=\\-5:s32"},
      {argument({source(Operation::ImmediateString, 0, "hey")}, string), "a=\\\"hey\""},
      {argument({source(Operation::Address, 0x601040)}), "a=@0x601040"},
      {argument({source(Operation::Address, -1)}), "a=@0xffffffffffffffff"},
      {argument({source(Operation::FileOffset, 0x10)}, {Type::Unsigned, 8, 0, 0, 0}), "a=@+0x10:u8"},
      {argument({source(Operation::FileOffset, -0x10)}), "a=@+-0x10"},
      {argument({source(Operation::TaskName)}, string), "a=$comm"},
      {argument({source(Operation::Register, 0, "di"), dereference(0)}, string), "a=+0(%di):string"},
      {argument({source(Operation::Register, 0, "di"), dereference(0, true)},
                {Type::UserString, 64, 0, 0, 0}),
       "a=+u0(%di):ustring"},
      {argument({source(Operation::Register, 0, "si"), dereference(16), dereference(-8)}), "a=-8(+16(%si))"},
      {argument({source(Operation::Register, 0, "di"), dereference(INT64_MIN)}),
       "a=-9223372036854775808(%di)"},
      {argument({source(Operation::Register, 0, "di"), dereference(INT64_MAX, true)}),
       "a=+u9223372036854775807(%di)"},
      {argument({source(Operation::Register, 0, "di"), dereference(0)}, {Type::Bitfield, 32, 3, 4, 0}),
       "a=+0(%di):b3@4/32"},
      {argument({source(Operation::Register, 0, "si"), dereference(0)}, {Type::Hex, 64, 0, 0, 4}),
       "a=+0(%si):x64[4]"},
  };
  for (const Row& row : rows) EXPECT_EQ(tracefs_argument(row.argument), row.text);
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

}  // namespace
}  // namespace uproar
