#include "binary/split/abbreviations.h"

#include <dwarf.h>
#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

// 1: a unit with a name; 2: a variable whose value is the constant -2 that stands here.
std::string table(char form_of_name = DW_FORM_strx) {
  return {1,
          DW_TAG_compile_unit,
          1,
          DW_AT_name,
          form_of_name,
          0,
          0,
          2,
          DW_TAG_variable,
          0,
          DW_AT_const_value,
          DW_FORM_implicit_const,
          0x7e,
          0,
          0,
          0};
}

TEST(Abbreviations, EachIsFoundByItsCode) {
  auto unit = find_abbreviation(table(), 1, nullptr);
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->tag, DW_TAG_compile_unit);
  EXPECT_EQ(unit->has_children, 1);
  EXPECT_EQ(unit->begin, 0u);
  EXPECT_EQ(unit->end, 7u);
  ASSERT_EQ(unit->attributes.size(), 1u);
  EXPECT_EQ(unit->attributes[0].name, DW_AT_name);
  auto variable = find_abbreviation(table(), 2, nullptr);
  ASSERT_TRUE(variable);
  EXPECT_EQ(variable->begin, 7u);
  ASSERT_EQ(variable->attributes.size(), 1u);
  EXPECT_EQ(variable->attributes[0].constant, -2);
  EXPECT_FALSE(find_abbreviation(table(), 3, nullptr));
}

TEST(Abbreviations, TheTableEndsAtItsZero) {
  size_t end = 0;
  auto unit = find_abbreviation(table() + "what follows", 1, &end);
  ASSERT_TRUE(unit);
  EXPECT_EQ(end, table().size());
  EXPECT_FALSE(unit->by_string);
}

TEST(Abbreviations, AReferenceToAStringAnywhereInTheTableIsTold) {
  size_t end = 0;
  auto variable = find_abbreviation(table(DW_FORM_strp), 2, &end);
  ASSERT_TRUE(variable);
  EXPECT_TRUE(variable->by_string);
}

TEST(Abbreviations, ATableThatIsCutOffHasNone) {
  for (size_t size = 0; size < 7; ++size) {
    EXPECT_FALSE(find_abbreviation(table().substr(0, size), 1, nullptr)) << size;
  }
}

TEST(Abbreviations, ValuesAreSteppedOverByTheirForms) {
  const std::string bytes("\x81\1text\0\7", 8);
  OrderedBytes in(bytes, false);
  EXPECT_TRUE(skip_value(in, DW_FORM_udata, 8));
  EXPECT_EQ(in.at(), 2u);
  EXPECT_TRUE(skip_value(in, DW_FORM_string, 8));
  EXPECT_EQ(in.at(), 7u);
  EXPECT_TRUE(skip_value(in, DW_FORM_flag_present, 8));
  EXPECT_EQ(in.at(), 7u);
  EXPECT_TRUE(skip_value(in, DW_FORM_addr, 1));
  EXPECT_EQ(in.at(), 8u);
  EXPECT_FALSE(skip_value(in, DW_FORM_data4, 8));  // cut off
  OrderedBytes again(bytes, false);
  EXPECT_FALSE(skip_value(again, DW_FORM_block1, 8));  // of no root
}

}  // namespace
}  // namespace uproar
