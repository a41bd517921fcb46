#include "base/glob.h"

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

TEST(Glob, MatchesTheWholeText) {
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_TRUE(glob_matches("abc", "abc"));
  EXPECT_FALSE(glob_matches("abc", "abcd"));
  EXPECT_FALSE(glob_matches("abc", "ab"));
  EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Glob, StarTakesAnyBytes) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("ab*", "ab"));
  EXPECT_TRUE(glob_matches("*ab*ab", "abxabyabab"));
  EXPECT_FALSE(glob_matches("*ab*ab", "ab"));
  EXPECT_TRUE(glob_matches("a**c", "abc"));
  EXPECT_TRUE(glob_matches("*", std::string("a\0b\n", 4)));
}

TEST(Glob, QuestionMarkIsOneByte) {
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_FALSE(glob_matches("a?c", "ac"));
  EXPECT_FALSE(glob_matches("?", ""));
}

TEST(Glob, Classes) {
  EXPECT_TRUE(glob_matches("[a-cx]1", "b1"));
  EXPECT_TRUE(glob_matches("[a-cx]1", "x1"));
  EXPECT_FALSE(glob_matches("[a-cx]1", "d1"));
  EXPECT_TRUE(glob_matches("[!a-c]", "d"));
  EXPECT_FALSE(glob_matches("[!a-c]", "a"));
  EXPECT_TRUE(glob_matches("[]]", "]"));
  EXPECT_TRUE(glob_matches("[a-]", "-"));
  EXPECT_TRUE(glob_matches("[\x80-\xff]", "\xc3"));
}

TEST(Glob, OpenClassStandsForItself) {
  EXPECT_TRUE(glob_matches("[ab", "[ab"));
  EXPECT_FALSE(glob_matches("[ab", "a"));
}

TEST(Glob, BackslashTakesTheNextByte) {
  EXPECT_TRUE(glob_matches("a\\*", "a*"));
  EXPECT_FALSE(glob_matches("a\\*", "ab"));
  EXPECT_TRUE(glob_matches("a\\", "a\\"));
}

// What fnmatch(3) gave for patterns of functions, and what the kernel gives for filters.
TEST(Glob, NamesOfFunctionsMatchAsWithFnmatch) {
  for (const char* glob : {"ssl_*", "*read", "s?l_read", "[rs]sl_read", "[!a]sl_read", "ssl_[!w]*", "*",
                           "ssl_read", "ssl\\_read", "*_[a-z]ead", "ssl_read[", "[s", "", "*[!d]", "**"}) {
    for (const char* text : {"ssl_read", "ssl_write", ".ssl_read", "ns::ssl_read(int)", "a/b", "[s", ""})
      EXPECT_EQ(glob_matches(glob, text), ::fnmatch(glob, text, 0) == 0) << glob << " " << text;
  }
}

TEST(Glob, CaretOfShellsNegatesInNamesOnly) {
  EXPECT_EQ(from_shell_glob("[^a]*"), "[!a]*");
  EXPECT_EQ(from_shell_glob("a[^^]b[^x-z]"), "a[!^]b[!x-z]");
  EXPECT_EQ(from_shell_glob("\\[^a]"), "\\[^a]");
  EXPECT_EQ(from_shell_glob("[[^]"), "[[^]");
  EXPECT_EQ(from_shell_glob("[]^]"), "[]^]");
  EXPECT_EQ(from_shell_glob("[^a"), "[^a");
  EXPECT_EQ(from_shell_glob("["), "[");
  EXPECT_FALSE(glob_matches(from_shell_glob("[^a]"), "a"));
  EXPECT_TRUE(glob_matches("[^a]", "a"));
}

TEST(Glob, ManyStarsEnd) {
  std::string glob;
  for (int i = 0; i < 200; ++i) glob += "*a";
  EXPECT_FALSE(glob_matches(glob + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace uproar
