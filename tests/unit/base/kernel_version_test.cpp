#include "base/kernel_version.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(KernelVersion, IsReadFromTheReleasesOfDistributions) {
  EXPECT_EQ(kernel_version("6.18.44-fc"), 6018u);
  EXPECT_EQ(kernel_version("6.10.3-amd64"), 6010u);
  EXPECT_EQ(kernel_version("6.10-rc3"), 6010u);
  EXPECT_EQ(kernel_version("7.0-rc1"), 7000u);
  EXPECT_EQ(kernel_version("5.15.0-91-generic"), 5015u);
  EXPECT_EQ(kernel_version("5.4"), 5004u);
}

TEST(KernelVersion, OtherTextHasNone) {
  for (const char* text : {"", "6", "6.", "x.y", ".10", "linux", "6.x", "6.99999999999", "99999999999.1"})
    EXPECT_EQ(kernel_version(text), 0u) << text;
}

}  // namespace
}  // namespace uproar
