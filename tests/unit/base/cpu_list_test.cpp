#include "base/cpu_list.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(CpuList, IsSortedAndUnique) {
  EXPECT_EQ(parse_cpu_list("3,0-1,1"), (std::vector<uint32_t>{0, 1, 3}));
  EXPECT_EQ(parse_cpu_list("65535"), (std::vector<uint32_t>{65535}));
  EXPECT_EQ(parse_cpu_list("2-2"), (std::vector<uint32_t>{2}));
}

TEST(CpuList, OtherTextIsNone) {
  for (const char* bad : {"", ",", "1-", "-1", "2-1", "a", "0,", ",0", "0 ", "0-1-2", "65536", "0-99999999"})
    EXPECT_FALSE(parse_cpu_list(bad)) << bad;
}

}  // namespace
}  // namespace uproar
