#include "binary/units/dwarf_language.h"

#include <dwarf.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr int kCxx17 = 0x2a;
constexpr int kC17 = 0x2c;
constexpr int kFortran18 = 0x2d;
constexpr int kAda2005 = 0x2e;

TEST(DwarfLanguage, LanguagesBeginTheirIndicesDifferently) {
  for (int language :
       {DW_LANG_Fortran77, DW_LANG_Fortran08, DW_LANG_Ada95, DW_LANG_Pascal83, DW_LANG_Modula2})
    EXPECT_EQ(default_lower_bound(language), 1) << language;
  for (int language : {DW_LANG_C99, DW_LANG_C_plus_plus_14, DW_LANG_Rust, DW_LANG_Go, DW_LANG_D})
    EXPECT_EQ(default_lower_bound(language), 0) << language;
  EXPECT_EQ(default_lower_bound(0), 0);
}

TEST(DwarfLanguage, CaseIsIgnoredWhereTheLanguageDoes) {
  for (int language : {DW_LANG_Fortran90, DW_LANG_Pascal83, DW_LANG_Ada83})
    EXPECT_TRUE(ignores_case(language)) << language;
  for (int language : {int{DW_LANG_C11}, int{DW_LANG_Rust}, 0})
    EXPECT_FALSE(ignores_case(language)) << language;
}

// What holds of one edition of a language holds of the others.
TEST(DwarfLanguage, NewEditionsAreTheSameLanguages) {
  EXPECT_TRUE(is_c(kC17));
  EXPECT_TRUE(is_of_c_family(kCxx17));
  EXPECT_FALSE(is_c(kCxx17));
  EXPECT_FALSE(may_have_cxx_classes(kC17));
  EXPECT_TRUE(has_file_scope(kCxx17));
  EXPECT_TRUE(is_fortran(kFortran18));
  EXPECT_EQ(default_lower_bound(kFortran18), 1);
  EXPECT_TRUE(is_ada(kAda2005));
  EXPECT_TRUE(ignores_case(kAda2005));
  EXPECT_EQ(default_lower_bound(kAda2005), 1);
}

TEST(DwarfLanguage, ALanguageThatIsNotToldMayBeAnything) {
  EXPECT_TRUE(may_have_cxx_classes(0));
  EXPECT_TRUE(has_file_scope(0));
  EXPECT_TRUE(is_like_c(0));
  EXPECT_FALSE(is_of_c_family(0));
}

TEST(DwarfLanguage, FilesHaveScopesInTheFamilyOfC) {
  for (int language : {DW_LANG_C11, DW_LANG_C_plus_plus, DW_LANG_ObjC_plus_plus, DW_LANG_Mips_Assembler})
    EXPECT_TRUE(has_file_scope(language)) << language;
  for (int language : {DW_LANG_Rust, DW_LANG_Go, DW_LANG_Fortran90}) EXPECT_FALSE(has_file_scope(language));
}

TEST(DwarfLanguage, TextsEndWithANulInCAndItsLike) {
  for (int language : {DW_LANG_C11, DW_LANG_Rust, DW_LANG_Modula2}) EXPECT_TRUE(is_like_c(language));
  for (int language : {DW_LANG_D, DW_LANG_Pascal83, DW_LANG_Ada95}) EXPECT_FALSE(is_like_c(language));
}

}  // namespace
}  // namespace uproar
