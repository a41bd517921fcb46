#include "capture/site_info.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(SiteInfo, IsOfThePlaceThatWasAskedFor) {
  ProbePlan plan;
  plan.file.build_id = "ab12";
  ProbeSite site;
  site.path = "/bin/app";
  site.file_offset = 0x1004;
  site.slid_by = 4;
  site.symbol = "work";
  const SiteInfo info = site_info(plan, site);
  EXPECT_EQ(info.path, "/bin/app");
  EXPECT_EQ(info.file_offset, 0x1000U);
  EXPECT_EQ(info.symbol, "work");
  EXPECT_EQ(info.build_id, "ab12");
}

}  // namespace
}  // namespace uproar
