#include "binary/code/plain_instructions.h"

#include <capstone.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(PlainInstructions, WhatOneWrites) {
  for (unsigned id : {X86_INS_CMP, X86_INS_TEST, X86_INS_NOP, X86_INS_ENDBR64})
    EXPECT_EQ(plain_kind(id), Plain::WritesNothing) << id;
  for (unsigned id : {X86_INS_MOV, X86_INS_LEA, X86_INS_XOR, X86_INS_SETE, X86_INS_CMOVNE})
    EXPECT_EQ(plain_kind(id), Plain::WritesLast) << id;
  for (unsigned id : {X86_INS_CDQE, X86_INS_CQO}) EXPECT_EQ(plain_kind(id), Plain::WritesImplied) << id;
}

// They trap, go elsewhere, write memory by themselves or are seen from outside.
TEST(PlainInstructions, WhatDoesMoreThanComputeIsNone) {
  for (unsigned id : {X86_INS_DIV, X86_INS_IDIV, X86_INS_CALL, X86_INS_JMP, X86_INS_PUSH, X86_INS_POP,
                      X86_INS_SYSCALL, X86_INS_XCHG, X86_INS_MOVSB, X86_INS_RDTSC, X86_INS_UD2})
    EXPECT_EQ(plain_kind(id), Plain::No) << id;
  EXPECT_EQ(plain_kind(0), Plain::No);
}

TEST(PlainInstructions, VectorsAreOnlyZeroedAndCopied) {
  EXPECT_TRUE(is_plain_vector(X86_INS_PXOR));
  EXPECT_TRUE(is_plain_vector(X86_INS_MOVAPS));
  EXPECT_FALSE(is_plain_vector(X86_INS_ADDSD));  // may trap
  EXPECT_FALSE(is_plain_vector(X86_INS_MOV));
}

}  // namespace
}  // namespace uproar
