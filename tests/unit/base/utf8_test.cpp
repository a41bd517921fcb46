#include "base/utf8.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

uint32_t length(std::string_view text) {
  return first_utf8_character(text).length;
}

TEST(Utf8, FirstCharacterOfEveryLength) {
  EXPECT_EQ(first_utf8_character("az").code_point, 'a');
  EXPECT_EQ(length("az"), 1u);
  EXPECT_EQ(first_utf8_character("\xc3\xa9z").code_point, 0xe9u);
  EXPECT_EQ(length("\xc3\xa9z"), 2u);
  EXPECT_EQ(first_utf8_character("\xe2\x82\xacz").code_point, 0x20acu);
  EXPECT_EQ(length("\xe2\x82\xacz"), 3u);
  EXPECT_EQ(first_utf8_character("\xf0\x9f\x98\x80z").code_point, 0x1f600u);
  EXPECT_EQ(length("\xf0\x9f\x98\x80z"), 4u);
  EXPECT_EQ(length(std::string_view("\0", 1)), 1u);
}

TEST(Utf8, EndsOfTheRanges) {
  EXPECT_EQ(length("\xc2\x80"), 2u);
  EXPECT_EQ(length("\xdf\xbf"), 2u);
  EXPECT_EQ(length("\xe0\xa0\x80"), 3u);
  EXPECT_EQ(length("\xef\xbf\xbf"), 3u);
  EXPECT_EQ(length("\xf0\x90\x80\x80"), 4u);
  EXPECT_EQ(length("\xf4\x8f\xbf\xbf"), 4u);
}

TEST(Utf8, OverlongFormsAreInvalid) {
  EXPECT_EQ(length("\xc0\x80"), 0u);
  EXPECT_EQ(length("\xc1\xbf"), 0u);
  EXPECT_EQ(length("\xe0\x9f\xbf"), 0u);
  EXPECT_EQ(length("\xf0\x8f\xbf\xbf"), 0u);
}

TEST(Utf8, SurrogatesAreInvalid) {
  EXPECT_EQ(length("\xed\x9f\xbf"), 3u);
  EXPECT_EQ(length("\xed\xa0\x80"), 0u);
  EXPECT_EQ(length("\xed\xbf\xbf"), 0u);
  EXPECT_EQ(length("\xee\x80\x80"), 3u);
}

TEST(Utf8, AboveTheLastCodePointIsInvalid) {
  EXPECT_EQ(length("\xf4\x90\x80\x80"), 0u);
  EXPECT_EQ(length("\xf5\x80\x80\x80"), 0u);
  EXPECT_EQ(length("\xff"), 0u);
}

TEST(Utf8, CutOffAndStrayBytesAreInvalid) {
  EXPECT_EQ(length("\xc3"), 0u);
  EXPECT_EQ(length("\xe2\x82"), 0u);
  EXPECT_EQ(length("\xf0\x9f\x98"), 0u);
  EXPECT_EQ(length("\x80"), 0u);
  EXPECT_EQ(length("\xc3z"), 0u);
  EXPECT_EQ(length("\xe2\x82z"), 0u);
}

TEST(Utf8, BidiControls) {
  EXPECT_FALSE(is_bidi_control(0x2029));
  EXPECT_TRUE(is_bidi_control(0x202a));
  EXPECT_TRUE(is_bidi_control(0x202e));
  EXPECT_FALSE(is_bidi_control(0x202f));
  EXPECT_FALSE(is_bidi_control(0x2065));
  EXPECT_TRUE(is_bidi_control(0x2066));
  EXPECT_TRUE(is_bidi_control(0x2069));
  EXPECT_FALSE(is_bidi_control(0x206a));
}

TEST(Utf8, LengthOfTheCharacterAtAPlace) {
  EXPECT_EQ(utf8_length("aü€😀", 0), 1u);
  EXPECT_EQ(utf8_length("aü€😀", 1), 2u);
  EXPECT_EQ(utf8_length("aü€😀", 2), 0u);
  EXPECT_EQ(utf8_length("aü€😀", 3), 3u);
  EXPECT_EQ(utf8_length("aü€😀", 6), 4u);
}

}  // namespace
}  // namespace uproar
