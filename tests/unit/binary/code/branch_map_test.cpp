#include "binary/code/branch_map.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(BranchMap, TargetsOfFarBranchesAreKnown) {
  BranchMap map(0x1000, 0x100);
  map.add_branches(Bytes{0xcc, 0xe8, 0x05, 0x00, 0x00, 0x00, 0xcc, 0xcc}, 0x1000);  // call 0x100b
  EXPECT_TRUE(map.any_in(0x100b, 0x100b));
  EXPECT_TRUE(map.any_in(0x1000, 0x10ff));
  EXPECT_FALSE(map.any_in(0x100c, 0x10ff));
  EXPECT_FALSE(map.any_in(0x1000, 0x100a));
}

TEST(BranchMap, TargetsBackwardsAndConditionalOnes) {
  BranchMap map(0x1000, 0x100);
  map.add_branches(Bytes{0xe9, 0xfb, 0xff, 0xff, 0xff, 0x0f, 0x84, 0x10, 0x00, 0x00, 0x00}, 0x1040);
  EXPECT_TRUE(map.any_in(0x1040, 0x1040));  // jmp to itself
  EXPECT_TRUE(map.any_in(0x105b, 0x105b));  // je 0x105b
  EXPECT_FALSE(BranchMap(0x1000, 0x100).any_in(0, 0x2000));
}

TEST(BranchMap, AddressesInDataAreKnown) {
  BranchMap map(0x1000, 0x100);
  const Bytes data = {0x40, 0x10, 0, 0, 0, 0, 0, 0, 0x50, 0x10, 0, 0, 0, 0, 0, 0};
  map.add_addresses(data, 0x4000, 8);
  EXPECT_TRUE(map.any_in(0x1040, 0x1040));
  EXPECT_TRUE(map.any_in(0x1050, 0x1050));
  EXPECT_FALSE(map.any_in(0x1041, 0x104f));
}

TEST(BranchMap, NearBranchesAreLookedForWhereTheyAreAsked) {
  const Bytes code = {0xeb, 0x10, 0x90, 0x74, 0x02, 0x90};
  EXPECT_EQ(near_branches_into(code, 0x1000, 0x1012, 0x1012), std::vector<size_t>{2});
  EXPECT_EQ(near_branches_into(code, 0x1000, 0x1007, 0x1007), std::vector<size_t>{5});
  EXPECT_TRUE(near_branches_into(code, 0x1000, 0x1020, 0x1030).empty());
}

}  // namespace
}  // namespace uproar
