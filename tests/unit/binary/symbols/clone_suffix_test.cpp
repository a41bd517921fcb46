#include "binary/symbols/clone_suffix.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(CloneSuffix, WhatCompilersAppendToCopies) {
  EXPECT_EQ(clone_suffix("helper.1"), ".1");
  EXPECT_EQ(clone_suffix("target.cfi"), ".cfi");
  EXPECT_EQ(clone_suffix("work.avx2.0"), ".avx2.0");
  EXPECT_EQ(clone_suffix("work.default.1"), ".default.1");
  EXPECT_EQ(clone_suffix("inner.0.constprop.0"), ".0.constprop.0");
  EXPECT_EQ(clone_suffix("main.work"), "");
  EXPECT_EQ(clone_suffix("main.init.0"), "");
  EXPECT_EQ(clone_suffix("main.main.func1.2"), "");
  EXPECT_TRUE(is_cold_part("f.constprop.0.cold"));
  EXPECT_TRUE(is_cold_part("work.resolver"));
  EXPECT_TRUE(is_cold_part("f.cfi_jt"));
  EXPECT_TRUE(is_outlined_part("f.part.0"));
  EXPECT_FALSE(is_outlined_part("f.isra.0"));
  EXPECT_TRUE(keeps_parameters("helper.1"));
  EXPECT_FALSE(keeps_parameters("f.isra.0"));
}

}  // namespace
}  // namespace uproar
