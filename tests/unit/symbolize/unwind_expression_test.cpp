#include "symbolize/unwind_expression.h"

#include <dwarf.h>
#include <gtest/gtest.h>

#include <vector>

namespace uproar {
namespace {

using Operations = std::vector<Dwarf_Op>;

std::optional<UnwindValue> evaluated(const Operations& operations) {
  UserStack state;
  state.set(7, 0x1000);
  state.set(16, 0x40100b);
  const UnwindMemory memory{state, [](uint64_t address) -> std::optional<uint64_t> {
                              if (address != 0x1010) return std::nullopt;
                              return 0x1122334455667788;
                            }};
  return evaluate_unwind(operations, memory, 0x2000);
}

// As linkers write it for the entries of a PLT.
TEST(UnwindExpression, FrameAddressInAnEntryOfThePlt) {
  const auto value = evaluated({{DW_OP_breg7, 8, 0, 0},
                                {DW_OP_breg16, 0, 0, 2},
                                {DW_OP_lit15, 0, 0, 4},
                                {DW_OP_and, 0, 0, 5},
                                {DW_OP_lit11, 0, 0, 6},
                                {DW_OP_ge, 0, 0, 7},
                                {DW_OP_lit3, 0, 0, 8},
                                {DW_OP_shl, 0, 0, 9},
                                {DW_OP_plus, 0, 0, 10}});
  ASSERT_TRUE(value);
  EXPECT_EQ(value->number, 0x1010u);
}

TEST(UnwindExpression, MemoryAndValues) {
  EXPECT_EQ(evaluated({{DW_OP_breg7, 16, 0, 0}, {DW_OP_deref, 0, 0, 2}})->number, 0x1122334455667788u);
  EXPECT_EQ(evaluated({{DW_OP_breg7, 16, 0, 0}, {DW_OP_deref_size, 2, 0, 2}})->number, 0x7788u);
  const auto value = evaluated({{DW_OP_call_frame_cfa, 0, 0, 0}, {DW_OP_stack_value, 0, 0, 0}});
  EXPECT_EQ(value->number, 0x2000u);
  EXPECT_TRUE(value->is_value);
}

TEST(UnwindExpression, WhatIsNotKnown) {
  EXPECT_FALSE(evaluated({}));
  EXPECT_FALSE(evaluated({{DW_OP_breg6, 0, 0, 0}}));
  EXPECT_FALSE(evaluated({{DW_OP_plus, 0, 0, 0}}));
  EXPECT_FALSE(evaluated({{DW_OP_breg7, 0, 0, 0}, {DW_OP_deref, 0, 0, 2}}));
  EXPECT_FALSE(evaluated({{DW_OP_push_object_address, 0, 0, 0}}));
}

TEST(UnwindExpression, CirclesEnd) {
  EXPECT_FALSE(evaluated({{DW_OP_skip, static_cast<Dwarf_Word>(-3), 0, 0}}));
  EXPECT_FALSE(evaluated({{DW_OP_lit1, 0, 0, 0}, {DW_OP_skip, static_cast<Dwarf_Word>(-4), 0, 1}}));
}

}  // namespace
}  // namespace uproar
