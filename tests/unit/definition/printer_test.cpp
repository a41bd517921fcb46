#include "definition/printer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "definition/ast_dump.h"
#include "definition/parser.h"

namespace uproar {
namespace {

std::string reprinted(std::string_view text) {
  auto parsed = parse_line(text);
  return parsed.ok() ? print(parsed->line) : render(parsed.error());
}

TEST(Printer, KernelListingComesOutAsItWentIn) {
  for (const char* line : {
           "p:uprobes/p_bash_0x10 /bin/bash:0x0000000000000010",
           "r:g/e /lib/x:y:0x00000000000d5690(0x1c) cmd=+0($retval):string",
           "p:g-1/e ./t:0xffffffffffffffff a=+0x10(%di) b=+010(%si):u32 c=@0x10 d=\\0xff e=$COMM",
           "p:g/e ./t:0xffffffffffffffff f=@+0x20 arg2=-u8(%r8):x8[4]",
           "r:g/e /t:0x0000000000000000 a=$retvalfoo b=+0($retval->x(1)):string c=+0(+8(%di)x)y:b3@4/32[2]",
           "p:g/e /t:0x0000000000000010 a=\\\"x\"y\" b=\\\"\" c=\\-5 d=\\\"x=y\":string e=@16 f=$stack12",
           "p:uprobes/p_a:b_0x10 /tmp/a:b:0x0000000000000010 arg1=%ip:x16",
           "p:uprobes/p_q\"x_0x10 /tmp/q\"x(1)%=,\\*:0x0000000000000010",
       }) {
    EXPECT_EQ(reprinted(line), line);
  }
}

TEST(Printer, QuotesOnlyWhatWouldBeReadOtherwise) {
  EXPECT_EQ(reprinted(R"(p "bash":"readline")"), "p bash:readline");
  EXPECT_EQ(reprinted(R"(p "my app":main)"), R"(p "my app":main)");
  EXPECT_EQ(reprinted(R"(p "a#b":main)"), R"(p "a#b":main)");
  EXPECT_EQ(reprinted(R"(p "/bin/x":type:.eq.T)"), R"(p "/bin/x":type:.eq.T)");
  EXPECT_EQ(reprinted(R"(p "/bin/x":va:0x10)"), "p /bin/x:va:0x10");
  EXPECT_EQ(reprinted(R"(p "a:b":main)"), R"(p "a:b":main)");
}

TEST(Printer, ConstantsKeepTheirBitsInHexadecimal) {
  EXPECT_EQ(reprinted("p /t:0 \\0xffffffffffffffff"), "p /t:0x0000000000000000 \\0xffffffffffffffff");
  EXPECT_EQ(reprinted("p /t:0 \\18446744073709551615"), "p /t:0x0000000000000000 \\-1");
}

TEST(Printer, OwnFormsComeOutAsTheyAreWritten) {
  for (const char* line : {
           "p bash:'read*'",
           "p /a:b:'x:0'",
           "p /a:b:main.c:17",
           "p /a:ns::f:17",
           R"(p "/a":f(int):17)",
           "p bash:7zip.c:17",
           "p /a:%b*:[cd]",
           R"(p "/a":%b:3)",
           "p bash:f *a->b[3].c **x +8(-8(y.0)):u8[4] $params $vars $arg12:s8",
           "p bash:f +0(a):string(+8(%si):u32) b:string(b->n) c:string(\\16)",
       }) {
    EXPECT_EQ(reprinted(line), line);
  }
}

TEST(Printer, PatternsStandInSingleQuotes) {
  EXPECT_EQ(reprinted("p bash:read*"), "p bash:'read*'");
  EXPECT_EQ(reprinted(R"(p bash:"a b*")"), "p bash:'a b*'");
  EXPECT_EQ(reprinted(R"(p bash:a'b*)"), R"(p bash:"'a'b*'")");
  EXPECT_EQ(reprinted(R"(p "/a":'b:0 c\*#"')"), R"(p "/a":'b:0 c\*#"')");
}

// Definitions made of valid parts and then damaged: what is still understood must survive printing.
TEST(Printer, WhatIsUnderstoodSurvivesPrinting) {
  const char* parts[] = {
      "p",      "r",       ":",        "/",        "grp",       "ev",     " ",    "/bin/sh",
      "bash",   "0x10",    "(0x8)",    "%return",  "pid:7",     "va:",    "\"",   "\\\"",
      "\\",     "+",       "-",        "u",        "8",         "(",      ")",    "%di",
      "$stack", "1",       "@",        "::",       "'",         "=",      "a",    "$retval",
      ":u8",    ":string", "[4]",      ":b3@4/32", "#",         "$comm",  "main", "*",
      "\xa0",   "ü",       "\t",       ".",        "operator+", "va:0x4", "-:",   "~",
      "'x*'",   "main.c",  ":17",      ":f:3",     "%a:b",      "->",     "[3]",  "v",
      "$arg2",  "$params", ":string(", "string(",  "ns::x",     "?",      "&",    "0"};
  std::mt19937 random(20);
  size_t understood = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string text = round % 4 == 0   ? ""
                       : round % 4 == 1 ? "p:e /bin/sh:0x10 a="
                       : round % 4 == 2 ? "p:e "
                                        : "r:e bash:main ";
    for (auto left = 1 + random() % 9; left > 0; --left) text += parts[random() % std::size(parts)];
    auto parsed = parse_line(text);
    if (!parsed.ok()) continue;
    ++understood;
    auto again = parse_line(print(parsed->line));
    ASSERT_TRUE(again.ok()) << text << '\n' << print(parsed->line) << '\n' << render(again.error());
    ASSERT_EQ(dump(again->line), dump(parsed->line)) << text << '\n' << print(parsed->line);
  }
  EXPECT_GT(understood, 1000u);
}

}  // namespace
}  // namespace uproar
