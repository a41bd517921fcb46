#include "binary/code/prologue.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Prologue, ARegisterIsKeptUpToItsFirstWrite) {
  Prologue prologue;
  prologue.end = 0x1020;
  prologue.first_write[5] = 0x1008;
  EXPECT_TRUE(prologue.keeps(5, 0x1000));
  EXPECT_TRUE(prologue.keeps(5, 0x1008));  // before the instruction there
  EXPECT_FALSE(prologue.keeps(5, 0x1009));
  EXPECT_TRUE(prologue.keeps(4, 0x1020));
  EXPECT_FALSE(prologue.keeps(4, 0x1021));  // nobody looked there
}

TEST(Prologue, TheFirstStoreOfAPlaceCounts) {
  Prologue prologue;
  prologue.stores = {{0x1004, {0, -16}, 8, {}}, {0x1008, {0, -16}, 4, {}}, {0x100c, {1, -16}, 8, {}}};
  ASSERT_NE(prologue.first_store({0, -16}, 0x1000), nullptr);
  EXPECT_EQ(prologue.first_store({0, -16}, 0x1000)->vaddr, 0x1004u);
  EXPECT_EQ(prologue.first_store({0, -16}, 0x1005)->vaddr, 0x1008u);
  EXPECT_EQ(prologue.first_store({1, -16}, 0x1000)->vaddr, 0x100cu);
  EXPECT_EQ(prologue.first_store({0, -12}, 0x1000), nullptr);  // in the midst of another
  EXPECT_EQ(prologue.first_store({0, -64}, 0x1000), nullptr);
}

}  // namespace
}  // namespace uproar
