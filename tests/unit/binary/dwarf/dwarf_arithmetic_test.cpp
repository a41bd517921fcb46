#include "binary/dwarf/dwarf_arithmetic.h"

#include <dwarf.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

Symbolic number(int64_t value) {
  Symbolic made;
  made.addend = value;
  return made;
}

Symbolic in_register(uint32_t dwarf_register, int64_t addend = 0) {
  Symbolic made = number(addend);
  made.base = Symbolic::Base::Register;
  made.dwarf_register = dwarf_register;
  return made;
}

int64_t of_numbers(unsigned atom, int64_t left, int64_t right) {
  const auto made = combine(atom, number(left), number(right));
  EXPECT_TRUE(made && made->is_number());
  return made ? made->addend : 0;
}

TEST(DwarfArithmetic, NumbersAreComputed) {
  EXPECT_EQ(of_numbers(DW_OP_plus, 40, 2), 42);
  EXPECT_EQ(of_numbers(DW_OP_minus, 2, 3), -1);
  EXPECT_EQ(of_numbers(DW_OP_mul, -3, 4), -12);
  EXPECT_EQ(of_numbers(DW_OP_and, 0xff, 0x3c), 0x3c);
  EXPECT_EQ(of_numbers(DW_OP_or, 0xf0, 0x0f), 0xff);
  EXPECT_EQ(of_numbers(DW_OP_xor, 0xff, 0x0f), 0xf0);
  EXPECT_EQ(of_numbers(DW_OP_shl, 1, 4), 16);
  EXPECT_EQ(of_numbers(DW_OP_shr, -1, 60), 15);
  EXPECT_EQ(of_numbers(DW_OP_shra, -16, 2), -4);
}

TEST(DwarfArithmetic, NothingOverflows) {
  EXPECT_EQ(of_numbers(DW_OP_plus, INT64_MAX, 1), INT64_MIN);
  EXPECT_EQ(of_numbers(DW_OP_shl, 1, 64), 0);
  EXPECT_EQ(of_numbers(DW_OP_shr, -1, 64), 0);
  EXPECT_EQ(of_numbers(DW_OP_shra, -1, 1000), -1);
  EXPECT_EQ(wrapping_add(INT64_MIN, -1), INT64_MAX);
}

TEST(DwarfArithmetic, AConstantIsAddedToARegister) {
  auto made = combine(DW_OP_plus, in_register(7, 8), number(16));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->dwarf_register, 7u);
  EXPECT_EQ(made->addend, 24);
  EXPECT_EQ(combine(DW_OP_plus, number(16), in_register(7))->addend, 16);
  EXPECT_EQ(combine(DW_OP_minus, in_register(6), number(4))->addend, -4);
}

TEST(DwarfArithmetic, WhatNoProbeCanFetchIsNothing) {
  EXPECT_FALSE(combine(DW_OP_plus, in_register(1), in_register(2)));
  EXPECT_FALSE(combine(DW_OP_minus, number(1), in_register(2)));
  EXPECT_FALSE(combine(DW_OP_mul, in_register(1), number(2)));
  EXPECT_FALSE(combine(DW_OP_and, in_register(1), number(0xf)));
  EXPECT_FALSE(combine(DW_OP_shl, in_register(1), number(64)));
  EXPECT_FALSE(combine(DW_OP_shr, in_register(1), number(8)));
  EXPECT_FALSE(combine(DW_OP_shl, in_register(1, 4), number(8)));
}

// Compilers widen a narrow value by shifting it up and down again, or by a mask.
TEST(DwarfArithmetic, WideningLeavesTheLowBits) {
  auto up = combine(DW_OP_shl, in_register(5), number(32));
  ASSERT_TRUE(up);
  auto down = combine(DW_OP_shra, *up, number(32));
  ASSERT_TRUE(down);
  EXPECT_EQ(down->valid_bits, 32);
  EXPECT_EQ(down->shifted_left, 0);
  EXPECT_FALSE(combine(DW_OP_shra, *up, number(16)));
  EXPECT_EQ(combine(DW_OP_and, in_register(5), number(0xffff))->valid_bits, 16);
  EXPECT_EQ(combine(DW_OP_and, in_register(5), number(1))->valid_bits, 8);
}

}  // namespace
}  // namespace uproar
