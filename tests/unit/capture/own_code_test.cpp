#include "capture/own_code.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace uproar {
namespace {

TEST(OwnCode, ProgramItselfAndItsLibrariesAreOwn) {
  char self[4096] = {};
  ASSERT_GT(::readlink("/proc/self/exe", self, sizeof self - 1), 0);
  EXPECT_TRUE(is_own_code(self));
  Dl_info libc{};
  ASSERT_NE(::dladdr(reinterpret_cast<void*>(&::getenv), &libc), 0);
  EXPECT_TRUE(is_own_code(libc.dli_fname));
}

TEST(OwnCode, OtherFilesAreNot) {
  EXPECT_FALSE(is_own_code("/bin/sh"));
  EXPECT_FALSE(is_own_code("/nonexistent"));
}

}  // namespace
}  // namespace uproar
