#include "definition/source_line.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr size_t npos = std::string_view::npos;

TEST(SourceLine, NumbersAreDecimalWithoutZerosBeforeThem) {
  EXPECT_EQ(read_line_number("17"), 17u);
  EXPECT_EQ(read_line_number("0"), 0u);
  EXPECT_EQ(read_line_number("4294967295"), 4294967295u);
  for (const char* text : {"", "017", "00", "0x11", "-1", "+1", "1 ", "4294967296", "17a"})
    EXPECT_EQ(read_line_number(text), std::nullopt) << text;
}

TEST(SourceLine, FilesAreToldFromFunctionsBySuffixOrFolder) {
  for (const char* file : {"main.c", "src/lib.rs", "a.b.go", "include/vector", "/usr/include/x.h", "x.F90"})
    EXPECT_TRUE(is_source_file(file)) << file;
  for (const char* function : {"main", "main.run", "main.(*T).Do", "example.com/mod.Do", "ns::f", ".c",
                               "f(a.c", "example.com/mod.(*T).Do", ""})
    EXPECT_FALSE(is_source_file(function)) << function;
}

TEST(SourceLine, SeparatorIsTheFirstOfAnOddRun) {
  EXPECT_EQ(first_separator("a:b", 0), 1u);
  EXPECT_EQ(first_separator("a::b", 0), npos);
  EXPECT_EQ(first_separator("a:::b", 0), 1u);
  EXPECT_EQ(first_separator("a::b:c", 0), 4u);
  EXPECT_EQ(first_separator("a:b:c", 2), 3u);
  EXPECT_EQ(first_separator("", 0), npos);
  EXPECT_EQ(last_separator("a:b::c:d"), 6u);
  EXPECT_EQ(last_separator("a:b::c"), 1u);
  EXPECT_EQ(last_separator("a::b"), npos);
}

TEST(SourceLine, LineAtTheEndOfAWord) {
  EXPECT_EQ(find_line_separator("/bin/a:main.c:17"), 6u);
  EXPECT_EQ(find_line_separator("./a:ns::f:3"), 3u);
  EXPECT_EQ(find_line_separator("./a:main:0"), 3u);
  EXPECT_EQ(find_line_separator("./a:main.(*T).Do:3"), 3u);
}

// Everything else that ends in ':' and a digit is the kernel's.
TEST(SourceLine, WhatTheKernelMeans) {
  for (const char* word : {"/bin/a:17", "/bin/a:va:17", "/bin/a:main.c:0", "/bin/a:main.c:0x11",
                           "/bin/a:m*.c:17", "/bin/a:main.c:017", "/a b:7x:17", "main.c:17", ""})
    EXPECT_EQ(find_line_separator(word), std::nullopt) << word;
}

TEST(SourceLine, TheSeparatorBeforeAFunctionOfAFile) {
  EXPECT_EQ(find_file_separator("./m:b.c:helper"), 3u);
  EXPECT_EQ(find_file_separator("./m:src/b.cc:n::f"), 3u);
  EXPECT_EQ(find_file_separator("./m:helper"), std::nullopt);
  EXPECT_EQ(find_file_separator("/x/b.c:helper"), std::nullopt);
  EXPECT_EQ(find_file_separator("/x/a:b/c:helper"), std::nullopt);
}

}  // namespace
}  // namespace uproar
