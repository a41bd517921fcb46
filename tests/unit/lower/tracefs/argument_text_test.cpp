#include "lower/tracefs/argument_text.h"

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

}  // namespace
}  // namespace uproar
