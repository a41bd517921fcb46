#include <gtest/gtest.h>

#include "definition/parser.h"
#include "definition/place_parser.h"

namespace uproar {
namespace {

using Form = ast::Site::Form;

// A site by itself, without the path before it.
struct Parsed {
  bool ok = false;
  ast::Probe probe;
  std::string message, remedy;
};
Parsed parsed(const std::string& text) {
  ParseContext context;
  context.text = text;
  Parsed result;
  result.ok = parse_site(context, Piece(text, 0), result.probe);
  EXPECT_EQ(result.ok, !context.error.has_value());
  if (context.error) result.message = context.error->message, result.remedy = context.error->hint;
  return result;
}
ast::Site site(const std::string& text) {
  const Parsed result = parsed(text);
  EXPECT_TRUE(result.ok) << text << ": " << result.message;
  return result.probe.site;
}
std::string message(const std::string& text) {
  return parsed(text).message;
}

TEST(SiteParser, Numbers) {
  EXPECT_EQ(site("0x1234").form, Form::FileOffset);
  EXPECT_EQ(site("0x1234").offset, 0x1234u);
  EXPECT_EQ(site("011064").offset, 4660u);
  EXPECT_EQ(site("va:0x401136").form, Form::VirtualAddress);
  EXPECT_EQ(site("va:0x401136").offset, 0x401136u);
  EXPECT_EQ(site("0xffffffffffffffff").offset, UINT64_MAX);
  EXPECT_EQ(message("0x10000000000000000"), "the offset is not a number");
  EXPECT_EQ(parsed("0x10000000000000000").remedy, "the greatest offset is 0xffffffffffffffff");
  EXPECT_EQ(parsed("12ab").remedy, "hexadecimal numbers begin with 0x: 0x12ab");
}

TEST(SiteParser, SuffixesOfNumbers) {
  const Parsed both = parsed("0x10%return(0x20)");
  ASSERT_TRUE(both.ok);
  EXPECT_TRUE(both.probe.is_return);
  EXPECT_EQ(both.probe.site.offset, 0x10u);
  EXPECT_EQ(both.probe.site.ref_counter, 0x20u);
  EXPECT_EQ(message("0x10(0x20)%return"), "something follows the reference counter");
  EXPECT_EQ(message("0x10(0x20"), "the reference counter's bracket is not closed");
  EXPECT_EQ(message("0x10(x)"), "the reference counter's place is not a number");
  EXPECT_EQ(message("0x10%ret"), "unknown suffix of the offset");
}

TEST(SiteParser, Symbols) {
  const ast::Site plain = site("readline");
  EXPECT_EQ(plain.form, Form::Symbol);
  EXPECT_FALSE(plain.offset_given);
  const ast::Site moved = site("readline+0x10");
  EXPECT_EQ(moved.symbol, "readline");
  EXPECT_EQ(moved.offset, 16u);
  EXPECT_TRUE(moved.offset_given);
  EXPECT_TRUE(site("readline+0").offset_given);
  EXPECT_EQ(message("readline+1x"), "the offset is not a number");
  EXPECT_EQ(site("operator+").symbol, "operator+");
  EXPECT_EQ(message(""), "no SITE after the ':'");
  EXPECT_EQ(message("%return"), "no SITE after the ':'");
}

TEST(SiteParser, SuffixesOfSymbols) {
  const Parsed both = parsed("f+4%return(0x20)");
  ASSERT_TRUE(both.ok);
  EXPECT_TRUE(both.probe.is_return);
  EXPECT_EQ(both.probe.site.symbol, "f");
  EXPECT_EQ(both.probe.site.ref_counter, 0x20u);
  EXPECT_EQ(message("f%return%return"), "suffixes of the SITE are doubled or in the wrong order");
  EXPECT_EQ(message("f(0x20)%return"), "suffixes of the SITE are doubled or in the wrong order");
  EXPECT_EQ(message("f(0x20"), "the reference counter's bracket is not closed");
  EXPECT_EQ(site("f(int)").symbol, "f(int)") << "a list of types is no reference counter";
}

TEST(SiteParser, Patterns) {
  EXPECT_EQ(site("ssl_*").form, Form::Glob);
  EXPECT_EQ(site("'ssl_*'").symbol, "ssl_*");
  EXPECT_EQ(site("'readline'").form, Form::Symbol) << "without a wildcard it is a name";
  EXPECT_EQ(site("'f+4'").form, Form::Glob) << "quotes take its meaning from a '+'";
  EXPECT_EQ(site("max<char*>").form, Form::Symbol) << "the * of a pointer";
  EXPECT_EQ(site("max<ns::*>").form, Form::Glob);
  EXPECT_EQ(site("operator*").form, Form::Symbol);
  EXPECT_EQ(message("'ssl_*"), "the quote is not closed");
  EXPECT_EQ(message("''"), "the pattern is empty");
  EXPECT_EQ(message("'ssl_*'+4"), "something follows the pattern");
  EXPECT_TRUE(parsed("'ssl_*'%return").probe.is_return);
}

TEST(SiteParser, NameThatWasCutAtABlank) {
  EXPECT_EQ(message("<T"), "the name has a '<' without its '>'");
  EXPECT_EQ(message("area(double,"), "the name has a '(' without its ')'");
  EXPECT_EQ(parsed("area(double,").remedy,
            "a name with blanks stands in double quotes: PATH:\"area(double, int)\"");
  EXPECT_EQ(message("operator<"), "");
}

TEST(SiteParser, Lines) {
  const ast::Site file = site("main.c:17");
  EXPECT_EQ(file.form, Form::SourceLine);
  EXPECT_EQ(file.symbol, "main.c");
  EXPECT_EQ(file.line, 17u);
  EXPECT_EQ(site("main:3").form, Form::FunctionLine);
  EXPECT_EQ(site("main:0").line, 0u) << "the first line of a function";
  EXPECT_EQ(site("7zip.c:20").form, Form::SourceLine);
  EXPECT_EQ(site("ns::f:3").symbol, "ns::f");
  EXPECT_EQ(message("main.c:0"), "the lines of a file count from 1");
  EXPECT_EQ(message("main.c:017"), "the line is not a number");
  EXPECT_EQ(message("main:0x10"), "an offset is joined to its symbol by '+'");
  EXPECT_EQ(message("main.c:17+4"), "a line of the source has no offset");
  EXPECT_EQ(message("m*:17"), "a pattern has no line");
}

TEST(SiteParser, UsdtProbes) {
  const ast::Site usdt = site("%python:function__entry");
  EXPECT_EQ(usdt.form, Form::Usdt);
  EXPECT_EQ(usdt.provider, "python");
  EXPECT_EQ(usdt.symbol, "function__entry");
  EXPECT_EQ(site("%*:function*").provider, "*");
  EXPECT_EQ(message("%python"), "a USDT probe is %PROVIDER:NAME");
  EXPECT_EQ(message("%:x"), "no PROVIDER before the ':'");
  EXPECT_EQ(message("%x:"), "no NAME after the ':'");
  EXPECT_EQ(message("%a:b(0x10)"), "the reference counter of a USDT probe is filled in from the file");
  EXPECT_EQ(message("%a:b%return"), "a USDT probe is no function and has no return");
  EXPECT_EQ(message("%a:b:c"), "this cannot stand in the name of a USDT probe");
}

}  // namespace
}  // namespace uproar
