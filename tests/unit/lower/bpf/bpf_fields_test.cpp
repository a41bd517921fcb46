#include "lower/bpf/bpf_fields.h"

#include <gtest/gtest.h>

#include "event/bpf_abi.h"
#include "support/plan_of_text.h"

namespace uproar {
namespace {

BpfFields fields_of(const std::string& definition) {
  auto plan = plan_of_text(definition);
  EXPECT_TRUE(plan.ok());
  return bpf_fields(*plan, {});
}

TEST(BpfFields, WideOnesFirstAndNoGaps) {
  const BpfLayout layout =
      fields_of("p:e /bin/bash:0x10 a=%di:u8 b=%di:u64 c=%di:u16 d=+0(%di):u32[3]").layout;
  ASSERT_EQ(layout.schema.fields.size(), 5u);
  EXPECT_EQ(layout.schema.fields[4].name, "__faults");
  EXPECT_EQ(layout.fields[4].kind, BpfField::Kind::Faults);
  EXPECT_EQ(layout.faults_at, sizeof(uproar_record));
  EXPECT_EQ(layout.fault_words, 1u);
  const uint32_t first = layout.faults_at + 8;
  EXPECT_EQ(layout.fields[1].offset, first);
  EXPECT_EQ(layout.fields[3].offset, first + 8);
  EXPECT_EQ(layout.fields[2].offset, first + 20);
  EXPECT_EQ(layout.fields[0].offset, first + 22);
  EXPECT_EQ(layout.fixed_bytes, first + 24);
  EXPECT_EQ(layout.longest, layout.fixed_bytes);
}

TEST(BpfFields, WhatCannotFailHasNoFaults) {
  const BpfLayout layout = fields_of("r:e /bin/bash:0x10 a=%di b=$retval c=\\3 d=$comm").layout;
  EXPECT_EQ(layout.schema.fields.size(), 4u);
  EXPECT_EQ(layout.fault_words, 0u);
  EXPECT_EQ(layout.function_at, sizeof(uproar_record));
  EXPECT_EQ(layout.longest, layout.fixed_bytes + 16);
}

TEST(BpfFields, StringsShareTheRoom) {
  const auto longest = [](int strings) {
    std::string definition = "p:e /bin/bash:0x10";
    for (int i = 0; i < strings; ++i) definition += " a" + std::to_string(i) + "=+0(%di):string";
    return fields_of(definition).layout.fields.front().longest_text;
  };
  EXPECT_EQ(longest(1), 65535u);
  EXPECT_EQ(longest(2), 32767u);
  EXPECT_EQ(longest(3), 16383u);
  EXPECT_EQ(longest(16), 4095u);
  EXPECT_EQ(longest(60), 4095u);
}

TEST(BpfFields, AStringWithALengthIsOne) {
  const BpfFields fields = fields_of("p:e /bin/bash:0x10 a=+0(%di):string(%si) b=+0(%di):string(\\12)");
  EXPECT_EQ(fields.layout.schema.fields[0].kind, Field::Kind::String);
  ASSERT_TRUE(fields.texts[0] && fields.texts[1]);
  EXPECT_EQ(fields.texts[0]->end, BpfText::End::Helper);
  EXPECT_EQ(fields.layout.schema.fields[fields.texts[0]->length].name, "__len_1");
  EXPECT_EQ(fields.texts[0]->longest, 65535u);
  EXPECT_EQ(fields.texts[1]->longest, 12u);
  EXPECT_EQ(fields.layout.fields[0].longest_text, 0u);
}

TEST(BpfFields, MoreFieldsThanAWordHasBits) {
  std::string definition = "p:e /bin/bash:0x10";
  for (int i = 0; i < 70; ++i) definition += " a" + std::to_string(i) + "=+8(%di):u64";
  const BpfLayout layout = fields_of(definition).layout;
  EXPECT_EQ(layout.fault_words, 2u);
  EXPECT_EQ(layout.schema.fields.back().count, 2u);
}

}  // namespace
}  // namespace uproar
