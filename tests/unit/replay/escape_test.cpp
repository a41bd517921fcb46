#include "replay/escape.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace uproar {
namespace {

std::string escaped(std::string_view text, Escape escape = Escape::Terminal) {
  std::string out;
  append_escaped(text, escape, out);
  return out;
}

TEST(AppendEscaped, NoneChangesNothing) {
  const std::string all("\0\x1b\n\x7f\x9b\xff\xe2\x80\xae", 9);
  EXPECT_EQ(escaped(all, Escape::None), all);
}

TEST(AppendEscaped, FourControlBytesHaveNames) {
  EXPECT_EQ(escaped("\n\t\r\x1b"), "\\n\\t\\r\\e");
}

TEST(AppendEscaped, OtherControlBytesAreHexadecimal) {
  EXPECT_EQ(escaped(std::string_view("\0\x01\x1f\x7f", 4)), "\\x00\\x01\\x1f\\x7f");
}

TEST(AppendEscaped, C1ControlsAreHexadecimalRawAndAsUtf8) {
  EXPECT_EQ(escaped("\x80\x9b\x9f"), "\\x80\\x9b\\x9f");
  EXPECT_EQ(escaped("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"), "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f\xc2\xa0");
}

TEST(AppendEscaped, InvalidUtf8IsHexadecimalByteByByte) {
  EXPECT_EQ(escaped("a\xff\xc3(\xe2\x82"), "a\\xff\\xc3(\\xe2\\x82");
  EXPECT_EQ(escaped("\xc0\xaf\xed\xa0\x80"), "\\xc0\\xaf\\xed\\xa0\\x80");
}

TEST(AppendEscaped, BidiControlsAreNamedByCodePoint) {
  EXPECT_EQ(escaped("a\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9z"),
            "a\\u{202A}\\u{202E}\\u{2066}\\u{2069}z");
}

TEST(AppendEscaped, PrintableTextStays) {
  EXPECT_EQ(escaped("plain ~ \\ \" '"), "plain ~ \\ \" '");
  EXPECT_EQ(escaped("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

// Every pair of bytes: whatever comes out is printable and UTF-8.
TEST(AppendEscaped, NoPairOfBytesGetsThrough) {
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    const char bytes[] = {static_cast<char>(pair >> 8), static_cast<char>(pair)};
    const std::string out = escaped({bytes, 2});
    for (std::string_view rest = out; !rest.empty();) {
      const Utf8Character character = first_utf8_character(rest);
      ASSERT_NE(character.length, 0u) << pair;
      ASSERT_TRUE(character.code_point >= 0x20 && character.code_point != 0x7f &&
                  (character.code_point < 0x80 || character.code_point >= 0xa0))
          << pair;
      rest.remove_prefix(character.length);
    }
  }
}

std::string right(std::string_view text, size_t width, Escape escape) {
  std::string out;
  append_escaped_right(text, width, escape, out);
  return out;
}

TEST(Escape, PrintablePrefixEndsAtTheFirstOtherByte) {
  EXPECT_EQ(printable_ascii_prefix(""), 0u);
  EXPECT_EQ(printable_ascii_prefix(" ~"), 2u);
  EXPECT_EQ(printable_ascii_prefix("ab\x7f"), 2u);
  EXPECT_EQ(printable_ascii_prefix("ab\x1f"), 2u);
  EXPECT_EQ(printable_ascii_prefix("ab\x80"), 2u);
}

TEST(Escape, EscapedTextIsAlignedByWhatIsWritten) {
  EXPECT_EQ(right("\x1b", 4, Escape::Terminal), "  \\e");
  EXPECT_EQ(right("\x1b", 4, Escape::None), "   \x1b");
  EXPECT_EQ(right("\x01\x02", 4, Escape::Terminal), "\\x01\\x02");
  EXPECT_EQ(right("", 2, Escape::Terminal), "  ");
}

}  // namespace
}  // namespace uproar
