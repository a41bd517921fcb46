#include "definition/diagnostic.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Underline, MarksThePlace) {
  EXPECT_EQ(underline("a bcd e", {2, 5}), "  a bcd e\n    ^~~");
}

TEST(Underline, EmptyPlaceIsOneCaret) {
  EXPECT_EQ(underline("abc", {1, 1}), "  abc\n   ^");
  EXPECT_EQ(underline("abc", {3, 3}), "  abc\n     ^");
  EXPECT_EQ(underline("", {0, 0}), "  \n  ^");
}

TEST(Underline, PlaceBeyondTheTextIsItsEnd) {
  EXPECT_EQ(underline("abc", {90, 99}), "  abc\n     ^");
}

TEST(Underline, ColumnsAreCharactersNotBytes) {
  EXPECT_EQ(underline("größe x", {8, 9}), "  größe x\n        ^");
}

TEST(Underline, PartOfACharacterMarksTheCharacter) {
  EXPECT_EQ(underline("ü", {1, 2}), "  ü\n  ^");
}

TEST(Underline, ControlBytesAreShownNotSent) {
  EXPECT_EQ(underline("a\x1b[0m\x7f z", {7, 8}), "  a^[[0m^? z\n           ^");
  EXPECT_EQ(underline(std::string_view("\0x", 2), {0, 1}), "  ^@x\n  ^~");
  EXPECT_EQ(underline("a\tb", {2, 3}), "  a b\n    ^");
}

TEST(Underline, BytesThatAreNoTextAreShownByValue) {
  EXPECT_EQ(underline("\xff\xc3 z", {3, 4}), "  \\xff\\xc3 z\n           ^");
  EXPECT_EQ(underline("\xc2\x9b z", {3, 4}), "  \\xc2\\x9b z\n           ^");  // CSI of an 8-bit terminal
  EXPECT_EQ(underline("\xed\xa0\x80", {0, 1}), "  \\xed\\xa0\\x80\n  ^~~~");   // a surrogate
}

TEST(Underline, LineEndIsLeftOut) {
  EXPECT_EQ(underline("abc\r\n", {1, 2}), "  abc\n   ^");
}

TEST(Underline, LongTextIsCutAroundThePlace) {
  std::string text = std::string(200, 'a') + "HERE" + std::string(200, 'b');
  std::string shown = underline(text, {200, 204});
  EXPECT_EQ(shown, "  …" + std::string(40, 'a') + "HERE" + std::string(66, 'b') + "…\n   " +
                       std::string(40, ' ') + "^~~~");
}

TEST(Underline, LongPlaceIsCutAsWell) {
  std::string shown = underline(std::string(5000, 'x'), {10, 4000});
  EXPECT_EQ(shown,
            "  " + std::string(110, 'x') + "…\n  " + std::string(10, ' ') + "^" + std::string(99, '~'));
}

TEST(Underline, MegabyteOfTextIsFine) {
  std::string text(1 << 20, 'y');
  EXPECT_LT(underline(text, {1 << 19, 1 << 20}).size(), 300u);
}

TEST(Diagnostic, BecomesAnErrorWithExcerptAndRemedy) {
  Diagnostic fault{Diagnostic::Severity::Error, "bad \x1b word", {2, 5}, "write good"};
  EXPECT_EQ(render(to_error(fault, "a bcd e")),
            "error: bad ^[ word\n  a bcd e\n    ^~~\n  help: write good\n");
}

TEST(Diagnostic, WarningHasTheSameLayout) {
  Diagnostic note{Diagnostic::Severity::Warning, "odd", {0, 1}, ""};
  EXPECT_EQ(render_warning(note, "abc"), "warning: odd\n  abc\n  ^\n");
}

TEST(Diagnostic, QuotedTextDoesNotFillTheScreen) {
  Diagnostic fault{Diagnostic::Severity::Error, std::string(100000, 'm'), {0, 0}, ""};
  EXPECT_LT(to_error(fault, "").message.size(), 500u);
}

}  // namespace
}  // namespace uproar
