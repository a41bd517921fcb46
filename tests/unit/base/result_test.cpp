#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace uproar {
namespace {

Result<int> half(int number) {
  if (number % 2) return Error{"odd", {}, "give an even number", 0};
  return number / 2;
}
Result<int> quarter(int number) {
  TRY_ASSIGN(int once, half(number));
  TRY_ASSIGN(int twice, half(once));
  return twice;
}

TEST(Result, TryAssignPassesValueAndError) {
  EXPECT_EQ(*quarter(8), 2);
  ASSERT_FALSE(quarter(6).ok());
  EXPECT_EQ(quarter(6).error().message, "odd");
}

TEST(Result, RenderShowsCauseExcerptAndRemedy) {
  EXPECT_EQ(render(Error{"bad thing", "  abc\n  ^~~", "type def", 0}),
            "error: bad thing\n  abc\n  ^~~\n  help: type def\n");
  EXPECT_EQ(render(Error{"bad thing", {}, {}, 0}), "error: bad thing\n");
}

TEST(Result, SystemErrorNamesErrno) {
  EXPECT_EQ(system_error("cannot open x", ENOENT).message, "cannot open x: No such file or directory");
  EXPECT_EQ(system_error("y", 524).message, "y: Operation not supported by the kernel (524)");
}

}  // namespace
}  // namespace uproar
