#include "resolve/hazards/red_zone.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

FunctionCode decoded(const std::vector<uint8_t>& bytes) {
  FunctionCode code;
  code.extent = {0x1000, bytes.size()};
  code.instructions = effects_of(bytes, 0x1000, InstructionSet::X86_64);
  code.is_whole = true;
  return code;
}

TEST(RedZone, ALeafThatStoresBelowTheStackPointerUsesIt) {
  EXPECT_TRUE(may_use_red_zone(decoded({0x48, 0x89, 0x7c, 0x24, 0xf8, 0xc3})));   // mov %rdi,-8(%rsp)
  EXPECT_FALSE(may_use_red_zone(decoded({0x48, 0x89, 0x7c, 0x24, 0x08, 0xc3})));  // mov %rdi,8(%rsp)
}

TEST(RedZone, WhatTheFrameClaimedIsNoRedZone) {
  // push %rbp; mov %rsp,%rbp; sub $16,%rsp; mov %rdi,-8(%rbp); leave; ret
  EXPECT_FALSE(may_use_red_zone(
      decoded({0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x10, 0x48, 0x89, 0x7d, 0xf8, 0xc9, 0xc3})));
  // The same without the sub, and without a call: below what was claimed.
  EXPECT_TRUE(may_use_red_zone(decoded({0x55, 0x48, 0x89, 0xe5, 0x48, 0x89, 0x7d, 0xf8, 0x5d, 0xc3})));
}

TEST(RedZone, WhatIsNotKnownMayUseIt) {
  FunctionCode code = decoded({0xc3});
  EXPECT_FALSE(may_use_red_zone(code));
  code.is_whole = false;
  EXPECT_TRUE(may_use_red_zone(code));
}

}  // namespace
}  // namespace uproar
