#include "definition/lexer.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Lexer, WordsEndAtEveryBlankOfTheKernel) {
  Lexer lexer("a\tb\vc\fd\re f\xa0g");
  std::string words;
  for (lexer.skip_blanks(); !lexer.at_end(); lexer.skip_blanks()) words += std::string(lexer.word()) + ',';
  EXPECT_EQ(words, "a,b,c,d,e,f,g,");
}

TEST(Lexer, BlankByteWithinACharacterDoesNotSplit) {
  EXPECT_EQ(Lexer("/opt/à:0").word(), "/opt/à:0");
}

TEST(Lexer, HashBeginsAComment) {
  Lexer lexer("ab#cd");
  EXPECT_EQ(lexer.word(), "ab");
  EXPECT_TRUE(lexer.at_end());
}

TEST(Lexer, PeekLeavesThePosition) {
  Lexer lexer("ab cd");
  EXPECT_EQ(lexer.peek_word(), "ab");
  EXPECT_EQ(lexer.position(), 0u);
}

TEST(Lexer, QuotedTextKnowsWhereItsBytesCameFrom) {
  std::string_view text = R"("a \"b" x)";
  ParseContext context{text, {}, {}};
  Lexer lexer(text);
  Piece piece;
  ASSERT_TRUE(lexer.quoted(context, false, piece));
  EXPECT_EQ(piece.text(), "a \"b");
  EXPECT_EQ(piece.span().begin, 0u);
  EXPECT_EQ(piece.span().end, 7u);
  EXPECT_EQ(piece.span(2, 4).begin, 4u);
  EXPECT_EQ(piece.span(2, 4).end, 7u);
}

TEST(Lexer, TailIsJoinedToTheQuotedText) {
  std::string_view text = R"x("f(a, b)"+0x10 %di)x";
  ParseContext context{text, {}, {}};
  Lexer lexer(text);
  Piece piece;
  ASSERT_TRUE(lexer.quoted(context, true, piece));
  EXPECT_EQ(piece.text(), "f(a, b)+0x10");
  EXPECT_EQ(piece.span(7, 12).begin, 9u);
  EXPECT_EQ(piece.span(7, 12).end, 14u);
}

TEST(Lexer, OpenQuoteIsReported) {
  ParseContext context{"\"abc", {}, {}};
  Lexer lexer("\"abc");
  Piece piece;
  EXPECT_FALSE(lexer.quoted(context, false, piece));
  EXPECT_EQ(context.error->message, "the quote is not closed");
}

TEST(ParseContext, FirstErrorStays) {
  ParseContext context{"", {}, {}};
  context.fail({}, "first");
  context.fail({}, "second");
  EXPECT_EQ(context.error->message, "first");
}

}  // namespace
}  // namespace uproar
