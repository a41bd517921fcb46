#include "lower/bpf/fetch_code.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/plan_of_text.h"

namespace uproar {
namespace {

// The names of what is done, in order.
std::vector<std::string> parts_of(const std::string& arguments, const BpfOptions& options = {}) {
  auto plan = plan_of_text("p:e /bin/bash:0x10 " + arguments);
  EXPECT_TRUE(plan.ok());
  const BpfFields fields = bpf_fields(*plan, options);
  BpfAssembler code;
  FetchCode fetch(code, fields, 0, 0x10, options, BpfRecordPlace::on_stack());
  fetch.begin();
  std::vector<uint32_t> all(fields.sets[0].size());
  for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  fetch.fetch(all);
  fetch.finish();
  BpfProgram program;
  EXPECT_TRUE(std::move(code).finish(program));
  std::vector<std::string> names;
  for (const BpfPart& part : program.parts) names.push_back(part.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(FetchCode, WhatIsReadThroughOnePointerIsReadAtOnce) {
  EXPECT_EQ(parts_of("a=+0(+8(%di)):u32 b=%si c=+4(+8(%di)):u32"),
            (Names{"b", "pointer to a, c", "a, c at once", "a", "c", "from what was read at once"}));
  // Too far apart, or not as the scratch memory must be read.
  EXPECT_EQ(parts_of("a=+0(%di):u32 b=+100(%di):u32"), (Names{"pointer to a, b", "a", "b"}));
  EXPECT_EQ(parts_of("a=+0(%di):u32 b=+5(%di):u32"), (Names{"pointer to a, b", "a", "b"}));
  EXPECT_EQ(parts_of("a=+0(%di):u32 b=+0(%si):u32"), (Names{"a", "b"}));
  EXPECT_EQ(parts_of("a=$stack1 b=$stack2:u32 c=+24($stack):u8"),
            (Names{"pointer to a, b, c", "a, b, c at once", "a", "b", "c", "from what was read at once"}));
}

// Numbers come first: lengths among them.
TEST(FetchCode, StringsComeBehindTheirLengths) {
  EXPECT_EQ(parts_of("a=+0(%di):string(%si) b=%dx"), (Names{"b", "__len_1", "a"}));
}

}  // namespace
}  // namespace uproar
