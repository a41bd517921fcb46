#include "definition/place_parser.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::string path_of(std::string_view word) {
  auto separator = find_separator(word);
  return separator ? std::string(word.substr(0, *separator)) : "(none)";
}

TEST(FindSeparator, KernelFormTakesTheLastColon) {
  EXPECT_EQ(path_of("/opt/a:b:0x10"), "/opt/a:b");
  EXPECT_EQ(path_of("/opt/a:12:0x10%return(0x8)"), "/opt/a:12");
  EXPECT_EQ(path_of("/bin/bash:va:0x10"), "/bin/bash");
  EXPECT_EQ(path_of("./a:b:07"), "./a:b");
  EXPECT_EQ(path_of("./a:12:7"), "./a:12");
}

TEST(FindSeparator, ScopesDoNotSeparate) {
  EXPECT_EQ(path_of("/opt/app:ns::f"), "/opt/app");
  EXPECT_EQ(path_of("app:ns::f"), "app");
  EXPECT_EQ(path_of("/opt/app:::f"), "/opt/app");
  EXPECT_EQ(path_of("app::f"), "(none)");
}

TEST(FindSeparator, NameEndsAtTheFirstColon) {
  EXPECT_EQ(path_of("app:type:.eq.main.T"), "app");
  EXPECT_EQ(path_of("bash:bashline.c:123"), "bash");
  EXPECT_EQ(path_of("bash:lib/bashline.c:123"), "bash");
}

TEST(FindSeparator, ProcessKeepsItsOwnColon) {
  EXPECT_EQ(path_of("pid:12:main"), "pid:12");
  EXPECT_EQ(path_of("pid:12/libc.so.6:0x10"), "pid:12/libc.so.6");
  EXPECT_EQ(path_of("pid:main"), "pid");
  EXPECT_EQ(path_of("pid:12"), "(none)");
}

TEST(FindSeparator, MarksOfUproarsOwnSitesSeparate) {
  EXPECT_EQ(path_of("/opt/a:%libc:setjmp"), "/opt/a");
  EXPECT_EQ(path_of("/opt/a:'std::*'"), "/opt/a");
  EXPECT_EQ(path_of("/opt/a:\"va:0x10\""), "/opt/a");
}

TEST(FindSeparator, LineOfTheSourceIsNoPartOfThePath) {
  EXPECT_EQ(path_of("/bin/app:main.c:17"), "/bin/app");
  EXPECT_EQ(path_of("/bin/app:/usr/src/main.c:17"), "/bin/app");
  EXPECT_EQ(path_of("./a:b:7"), "./a");
  EXPECT_EQ(path_of("./a:b:0"), "./a");
  EXPECT_EQ(path_of("/opt/a:b:ns::f:7"), "/opt/a:b");
  EXPECT_EQ(path_of("/opt/app:::f:7"), "/opt/app");
  EXPECT_EQ(path_of("/opt/app:main.(*T).Do:7"), "/opt/app");
  EXPECT_EQ(path_of("/opt/main.c:17"), "/opt/main.c");
}

TEST(KernelPlace, EndsInANumberBehindNoPlainName) {
  for (const char* word :
       {"/a:main.c:0x11", "/a:main.c:017", "/a:main.c:0", "/a:f:17(0x8)", "/a:f:17%return", "/a:f:4294967296",
        "/a:*.c:17", "/a:'f:17", "/a:%b:17", "/a:f(int):17", "/a:b/c:17", "/a:lib/b.so:17", "/a:1f:17",
        "/a:va:b-c:17", "/a::f:17", "/a:f-1:17"}) {
    EXPECT_TRUE(is_kernel_place(word)) << word;
    EXPECT_EQ(find_separator(word), std::string_view(word).rfind(':')) << word;
  }
  EXPECT_FALSE(is_kernel_place("/a:f:17"));
  EXPECT_FALSE(is_kernel_place("/a:b/c.c:17"));
  EXPECT_FALSE(is_kernel_place("/a:va:17"));
}

TEST(KernelPlace, NeedsAPathAndADigit) {
  EXPECT_TRUE(is_kernel_place("/a:0"));
  EXPECT_TRUE(is_kernel_place("a/b:0"));
  EXPECT_FALSE(is_kernel_place("a:0"));
  EXPECT_FALSE(is_kernel_place("/a:b"));
  EXPECT_FALSE(is_kernel_place("/a:"));
  EXPECT_FALSE(is_kernel_place(""));
  EXPECT_FALSE(is_kernel_place("pid:1/a:0"));
}

TEST(KernelPlace, QuoteInThePathIsAPlainByte) {
  EXPECT_TRUE(is_kernel_place("/a:\"b:0x10"));
  EXPECT_FALSE(is_kernel_place("/a:\"b.c:10\""));
}

}  // namespace
}  // namespace uproar
