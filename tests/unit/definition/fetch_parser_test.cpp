#include <gtest/gtest.h>

#include "definition/argument_parser.h"
#include "definition/parser.h"

namespace uproar {
namespace {

// The only argument of a probe, or the message.
ast::Fetch fetch(const std::string& text) {
  auto parsed = parse_probe("p:e bash:f a=" + text);
  EXPECT_TRUE(parsed.ok()) << render(parsed.error());
  return parsed.ok() ? std::move(parsed->probe.arguments.at(0).fetch) : ast::Fetch{};
}
std::string message(const std::string& text) {
  const auto parsed = parse_probe("p:e bash:f a=" + text);
  return parsed.ok() ? "none" : parsed.error().message;
}
std::string remedy(const std::string& text) {
  const auto parsed = parse_probe("p:e bash:f a=" + text);
  return parsed.ok() ? "none" : parsed.error().remedy;
}
template <typename Form>
Form leaf(const std::string& text) {
  return std::get<Form>(fetch(text).form);
}

TEST(FetchParser, NumbersKeepTheirBase) {
  EXPECT_EQ(leaf<ast::Address>("@0x601040").value, 0x601040u);
  EXPECT_EQ(leaf<ast::Address>("@0x601040").radix, ast::Radix::Hex);
  EXPECT_EQ(leaf<ast::Address>("@010").value, 8u);
  EXPECT_EQ(leaf<ast::Address>("@010").radix, ast::Radix::Octal);
  EXPECT_EQ(leaf<ast::FileOffset>("@+0x2000").value, 0x2000);
  EXPECT_EQ(leaf<ast::Immediate>("\\-1").value, -1);
  EXPECT_EQ(leaf<ast::Immediate>("\\0xffffffffffffffff").value, -1);
  EXPECT_EQ(leaf<ast::Immediate>("\\+5").value, 5);
}

TEST(FetchParser, SymbolsOfDataHaveOneOffset) {
  const auto symbol = leaf<ast::DataSymbol>("@counter-0x10");
  EXPECT_EQ(symbol.name, "counter");
  EXPECT_EQ(symbol.offset, -16);
  EXPECT_EQ(symbol.radix, ast::Radix::Hex);
  EXPECT_EQ(leaf<ast::DataSymbol>("@a-b").name, "a-b") << "no digit behind the sign";
  EXPECT_EQ(message("@counter+8+8"), "a symbol has one offset");
  EXPECT_EQ(message("@counter+8x"), "the symbol's offset is not a number");
  EXPECT_EQ(message("@"), "no address or symbol after the '@'");
  EXPECT_EQ(message("@a(b"), "a symbol's name cannot hold this");
}

TEST(FetchParser, WordsWithADollar) {
  EXPECT_EQ(leaf<ast::StackSlot>("$stack3").index, 3u);
  EXPECT_TRUE(std::holds_alternative<ast::StackPointer>(fetch("$stack").form));
  EXPECT_TRUE(leaf<ast::TaskName>("$COMM").upper_case);
  EXPECT_FALSE(leaf<ast::TaskName>("$comm").upper_case);
  EXPECT_EQ(leaf<ast::ArgumentNumber>("$arg12").number, 12u);
  EXPECT_EQ(message("$stackx"), "not a slot of the stack: $stackx");
  EXPECT_EQ(message("$stack-1"), "not a slot of the stack: $stack-1");
  EXPECT_EQ(message("$foo"), "unknown variable $foo");
}

TEST(FetchParser, ArgumentsAreNumberedFromOne) {
  for (const std::string text : {"$arg0", "$arg", "$arg1x", "$arg4294967296"})
    EXPECT_EQ(message(text), "arguments are numbered from 1") << text;
  EXPECT_EQ(remedy("$argc"), "write $arg1 for the first, or the parameter's name without $arg");
  EXPECT_EQ(remedy("$arg*"), "write $params");
}

TEST(FetchParser, DereferencesNestFromOutsideIn) {
  const ast::Fetch outer = fetch("+u8(-0x10(%di))");
  const auto& first = std::get<ast::Dereference>(outer.form);
  EXPECT_EQ(first.offset, 8);
  EXPECT_TRUE(first.user);
  const auto& second = std::get<ast::Dereference>(first.inner->form);
  EXPECT_EQ(second.offset, -16);
  EXPECT_FALSE(second.user);
  EXPECT_EQ(std::get<ast::Register>(second.inner->form).name, "di");
}

// As the kernel reads them: it skips a '+' and leaves a '-' to the number.
TEST(FetchParser, TwoSignsAreANumberToo) {
  EXPECT_EQ(leaf<ast::Dereference>("+-5(%di)").offset, -5);
  EXPECT_EQ(leaf<ast::Dereference>("++5(%di)").offset, 5);
  EXPECT_EQ(message("--5(%di)"), "the offset is not a number");
}

TEST(FetchParser, DereferencesThatAreNone) {
  EXPECT_EQ(message("+8"), "a dereference needs brackets");
  EXPECT_EQ(message("+8(%di"), "the bracket is not closed");
  EXPECT_EQ(message("+x(%di)"), "the offset is not a number");
  EXPECT_EQ(message("+8()"), "nothing to fetch within the brackets");
  EXPECT_EQ(message("8(%di)"), "an offset before brackets needs a sign");
  EXPECT_EQ(remedy("8(%di)"), "write +8(%di)");
  EXPECT_EQ(remedy("(%di)"), "write +0(%di)");
}

TEST(FetchParser, SixtyFourLevelsAndNoMore) {
  std::string text = "%di";
  for (int i = 0; i < 64; ++i) text = "+0(" + text + ")";
  EXPECT_EQ(message(text), "none");
  EXPECT_EQ(message("+0(" + text + ")"), "dereferences are nested too deeply");
}

// The kernel ignores it, so its own lines keep their meaning; behind uproar's own forms it is a fault.
TEST(FetchParser, WhatFollowsTheBracket) {
  const auto parsed = parse_probe("p:e bash:f a=+0(%di)x");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->warnings.size(), 1u);
  EXPECT_EQ(parsed->warnings[0].message, "the kernel ignores what follows the ')'");
  EXPECT_EQ(message("+0($arg1)x"), "something follows the ')'");
  EXPECT_EQ(message("+0($params)"), "this stands for several values, which cannot be followed together");
}

TEST(FetchParser, ConstantTexts) {
  EXPECT_EQ(leaf<ast::ImmediateString>("\\\"abc\"").text, "abc");
  EXPECT_EQ(leaf<ast::ImmediateString>("\\\"\"").text, "");
  EXPECT_EQ(message("\\\"abc"), "the string is not closed");
  EXPECT_EQ(message("\\\""), "the string is not closed");
  EXPECT_EQ(remedy("\"abc\""), "write \\\"abc\"");
  EXPECT_EQ(message("\\"), "the constant is not a number");
}

TEST(FetchParser, WhatIsMeantInstead) {
  EXPECT_EQ(remedy("42"), "write \\42 for the number itself, @42 for memory");
  EXPECT_EQ(remedy("1.5"), "write \\1");
  EXPECT_EQ(message("%"), "no register after the '%'");
}

}  // namespace
}  // namespace uproar
