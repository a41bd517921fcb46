#include "binary/split/split_unit.h"

#include <dwarf.h>
#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

std::string sized(std::string bytes) {
  bytes[0] = static_cast<char>(bytes.size() - 4);
  return bytes;
}

// A unit of version 5 with the id 0x1122334455667788 in its header.
std::string unit_5() {
  return sized(std::string("\0\0\0\0\5\0\5\10\7\0\0\0\x88\x77\x66\x55\x44\x33\x22\x11\1\0\0", 23));
}
// One of version 4, whose id is the second attribute of its root, behind a name.
std::string unit_4() {
  return sized(std::string("\0\0\0\0\4\0\0\0\0\0\10\1name\0\x88\x77\x66\x55\x44\x33\x22\x11\0", 26));
}
std::string abbreviations_4() {
  // DW_AT_GNU_dwo_id is 0x2131.
  return {1, DW_TAG_compile_unit, 1, DW_AT_name, DW_FORM_string, '\xb1', 0x42, DW_FORM_data8, 0, 0, 0};
}

TEST(SplitUnit, TheHeaderOfVersion5TellsTheId) {
  auto head = read_split_head(unit_5(), {}, false, false);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->size, unit_5().size());
  EXPECT_EQ(head->version, 5);
  EXPECT_EQ(head->abbreviations, 7u);
  EXPECT_FALSE(head->is_type);
  EXPECT_EQ(head->id, 0x1122334455667788u);
}

TEST(SplitUnit, TheRootOfVersion4TellsTheId) {
  auto head = read_split_head(unit_4(), abbreviations_4(), false, false);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->version, 4);
  EXPECT_EQ(head->id, 0x1122334455667788u);
  // Without its abbreviations the root says nothing, and the rest is known.
  head = read_split_head(unit_4(), {}, false, false);
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->id);
  EXPECT_EQ(head->size, unit_4().size());
}

TEST(SplitUnit, AUnitOfTypesHasItsSignature) {
  const std::string unit =
      sized(std::string("\0\0\0\0\4\0\0\0\0\0\10\x88\x77\x66\x55\x44\x33\x22\x11\0\0\0\0\1\0", 25));
  auto layout = split_unit_layout(unit, true, false);
  ASSERT_TRUE(layout);
  EXPECT_TRUE(layout->head.is_type);
  EXPECT_EQ(layout->head.id, 0x1122334455667788u);
  EXPECT_EQ(layout->address_size, 8);
  EXPECT_EQ(layout->root_at, 23u);
}

TEST(SplitUnit, TheLayoutTellsWhereThePartsBegin) {
  auto layout = split_unit_layout(unit_5(), false, false);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->type, DW_UT_split_compile);
  EXPECT_EQ(layout->abbreviations_at, 8u);
  EXPECT_EQ(layout->root_at, 20u);
}

TEST(SplitUnit, WhatMakesNoSenseIsNoUnit) {
  for (size_t size = 0; size < unit_5().size(); ++size)
    EXPECT_FALSE(split_unit_layout(unit_5().substr(0, size), false, false)) << size;
  std::string other = unit_5();
  other[4] = 3;  // a version without split units
  EXPECT_FALSE(split_unit_layout(other, false, false));
  EXPECT_FALSE(split_unit_layout(std::string(64, '\xff'), false, false));  // 64-bit DWARF
  std::string empty("\10\0\0\0\4\0\0\0\0\0\10\1", 12);
  empty[0] = 7;  // a header and no root
  EXPECT_FALSE(split_unit_layout(empty, false, false));
}

}  // namespace
}  // namespace uproar
