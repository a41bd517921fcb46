#include "recording/columns/number_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace uproar {
namespace {

using Numbers = std::vector<uint64_t>;

TEST(NumberSet, DifferentOnesAscendAndIndicesNameThem) {
  NumberSet set;
  Numbers indices;
  set.sort_out(Numbers{9, ~uint64_t{0}, 9, 0}, indices);
  EXPECT_EQ(Numbers(set.values().begin(), set.values().end()), (Numbers{0, 9, ~uint64_t{0}}));
  EXPECT_EQ(indices, (Numbers{1, 2, 1, 0}));
}

TEST(NumberSet, OneSetServesColumnAfterColumn) {
  std::mt19937_64 random(1);
  NumberSet set;
  Numbers indices;
  for (size_t different : {5000, 3, 700, 1}) {
    Numbers column(different * 3);
    for (auto& value : column) value = random() % different * 0x100000001;
    set.sort_out(column, indices);
    ASSERT_EQ(indices.size(), column.size());
    EXPECT_TRUE(std::is_sorted(set.values().begin(), set.values().end()));
    EXPECT_EQ(std::adjacent_find(set.values().begin(), set.values().end()), set.values().end());
    for (size_t i = 0; i < column.size(); ++i) ASSERT_EQ(set.values()[indices[i]], column[i]);
  }
}

}  // namespace
}  // namespace uproar
