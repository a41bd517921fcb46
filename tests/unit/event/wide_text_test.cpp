#include "event/wide_text.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::vector<uint8_t> bytes_of(const std::u16string& text) {
  std::vector<uint8_t> bytes;
  for (char16_t unit : text) {
    bytes.push_back(static_cast<uint8_t>(unit));
    bytes.push_back(static_cast<uint8_t>(unit >> 8));
  }
  return bytes;
}

std::vector<uint8_t> bytes_of(const std::u32string& text) {
  std::vector<uint8_t> bytes;
  for (char32_t unit : text) {
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<uint8_t>(unit >> shift));
  }
  return bytes;
}

template <typename Text>
std::string converted(const Text& text, bool is_cut = false) {
  std::string out;
  append_utf8(bytes_of(text), sizeof(text[0]), is_cut, out);
  return out;
}

TEST(WideText, CharactersOfEveryLength) {
  EXPECT_EQ(converted(std::u16string(u"aé☃😀")), "aé☃😀");
  EXPECT_EQ(converted(std::u32string(U"aé☃😀")), "aé☃😀");
  EXPECT_EQ(converted(std::u16string(u"a\0b", 3)), std::string("a\0b", 3));
  EXPECT_EQ(converted(std::u32string()), "");
}

TEST(WideText, HalfOfAPairStaysWhatItIs) {
  const char16_t alone[] = {u'a', 0xd83d, u'b'};
  EXPECT_EQ(converted(std::u16string(alone, 3)),
            "a\xed\xa0\xbd"
            "b");
  // At the end of what was recorded its other half is missing, not its program's mistake.
  const char16_t cut[] = {u'a', 0xd83d};
  EXPECT_EQ(converted(std::u16string(cut, 2)), "a\xed\xa0\xbd");
  EXPECT_EQ(converted(std::u16string(cut, 2), true), "a");
}

TEST(WideText, NumberAboveUnicodeIsReplaced) {
  const char32_t odd[] = {U'a', 0x110000};
  EXPECT_EQ(converted(std::u32string(odd, 2)), "a\uFFFD");
}

TEST(WideText, EndsAtAWholeCharacterZero) {
  EXPECT_EQ(until_zero(bytes_of(std::u16string(u"Āb\0c", 4)), 2), 4u);
  EXPECT_EQ(until_zero(bytes_of(std::u32string(U"ab")), 4), 8u);
  EXPECT_EQ(until_zero(bytes_of(std::u16string(u"a")), 1), 1u);
}

}  // namespace
}  // namespace uproar
