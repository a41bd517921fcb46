#include "symbolize/frame_symbol_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <string>
#include <vector>

namespace uproar {
namespace {

using Paths = std::vector<std::string>;

TEST(FrameSymbolFiles, PerfsOrder) {
  ::setenv("HOME", "/nowhere/home", 1);
  EXPECT_EQ(
      frame_symbol_files("/nowhere/lib/a.so", "0011223344"),
      (Paths{"/nowhere/home/.debug/.build-id/00/11223344/elf",
             "/nowhere/home/.debug/.build-id/00/11223344/debug", "/usr/lib/debug/nowhere/lib/a.so.debug",
             "/usr/lib/debug/nowhere/lib/a.so", "/usr/lib/debug/.build-id/00/11223344.debug",
             "/nowhere/lib/a.so", "/nowhere/lib/.debug/a.so"}));
}

TEST(FrameSymbolFiles, WithoutABuildIdOnlyByPath) {
  EXPECT_EQ(frame_symbol_files("/nowhere/a", ""),
            (Paths{"/usr/lib/debug/nowhere/a.debug", "/usr/lib/debug/nowhere/a", "/nowhere/a",
                   "/nowhere/.debug/a"}));
}

TEST(FrameSymbolFiles, WhatIsNoPathIsOnlyInPerfsCache) {
  ::setenv("HOME", "/nowhere/home", 1);
  EXPECT_EQ(frame_symbol_files("[vdso]", "0011"), (Paths{"/nowhere/home/.debug/.build-id/00/11/vdso",
                                                         "/nowhere/home/.debug/.build-id/00/11/debug"}));
  EXPECT_EQ(frame_symbol_files("//anon", "").size(), 4u) << "as perf, which asks for it like for any path";
  EXPECT_EQ(frame_symbol_files("[heap]", ""), Paths{});
}

TEST(FrameSymbolFiles, VdsoIsAFile) {
  const Fd file = vdso_file();
  if (!file.valid()) GTEST_SKIP() << "this process has no vdso";
  struct stat status = {};
  ASSERT_EQ(::fstat(file.get(), &status), 0);
  EXPECT_GT(status.st_size, 1000);
}

}  // namespace
}  // namespace uproar
