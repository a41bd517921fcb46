#include "resolve/places/missing_function.h"

#include <gtest/gtest.h>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

std::unique_ptr<ElfFile> open(const std::string& path) {
  auto file = ElfFile::open(path);
  EXPECT_TRUE(file.ok()) << path;
  return std::move(*file);
}
Error missing(const std::string& path, const std::string& name) {
  auto file = open(path);
  return missing_function({{2, 6}, "p FUNC"}, name, *file);
}

TEST(MissingFunction, ASlipGetsTheNearName) {
  const Error error = missing(oracle::fixture("pie"), "add_tow");
  EXPECT_NE(error.message.find("has no function add_tow"), std::string::npos);
  EXPECT_EQ(error.remedy, "did you mean add_two?");
  EXPECT_FALSE(error.excerpt.empty());
}

TEST(MissingFunction, NothingNearLeadsToTheList) {
  EXPECT_NE(missing(oracle::fixture("pie"), "qqqqqqqqqq").remedy.find("uproar list"), std::string::npos);
}

TEST(MissingFunction, WhatIsCalledElsewhereIsToBeProbedThere) {
  const Error error = missing(oracle::fixture("pie"), "atoi");
  EXPECT_NE(error.message.find("which calls it in libc.so.6"), std::string::npos) << error.message;
  EXPECT_EQ(error.remedy, "probe it there: libc.so.6:atoi");
  EXPECT_EQ(library_of("atoi", *open(oracle::fixture("pie"))), "libc.so.6");
  EXPECT_EQ(library_of("no_such_function_anywhere", *open(oracle::fixture("pie"))), "");
}

TEST(MissingFunction, ALibraryBesideTheProgramIsNamedByItsPath) {
  Workshop shop;
  shop.put("l.c", "int helper(int a) { return a; }\n");
  shop.put("m.c", "int helper(int); int main(int n, char** v) { return helper(n); }\n");
  if (!shop.run("cc -shared -fPIC l.c -o libhelp.so && cc m.c -o prog -L. -lhelp '-Wl,-rpath,$ORIGIN'"))
    GTEST_SKIP() << "no cc";
  EXPECT_EQ(missing(shop.path("prog"), "helper").remedy,
            "probe it there: " + shop.path("libhelp.so") + ":helper");
}

TEST(MissingFunction, AStrippedFileSaysSo) {
  ::unsetenv("DEBUGINFOD_URLS");
  const Error error = missing(oracle::fixture("stripped"), "qqqqqqqqqq");
  EXPECT_NE(error.message.find("it is stripped"), std::string::npos) << error.message;
  EXPECT_NE(error.remedy.find("install its debug symbols (build-id "), std::string::npos) << error.remedy;
}

}  // namespace
}  // namespace uproar
