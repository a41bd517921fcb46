#include "resolve/text_span.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(TextSpan, ErrorUnderlinesTheText) {
  Error error = TextSpan{{7, 14}, "p bash:readlin"}.error("no such function", "try another", 2);
  EXPECT_EQ(error.message, "no such function");
  EXPECT_EQ(error.excerpt,
            "  p bash:readlin\n"
            "         ^~~~~~~");
  EXPECT_EQ(error.remedy, "try another");
  EXPECT_EQ(error.sys_errno, 2);
}

TEST(TextSpan, NamesFromFilesBringNoControlBytes) {
  Error error = TextSpan{{0, 1}, "p"}.error("a\x1b[2J\n", "b\x7f");
  EXPECT_EQ(error.message, "a?[2J?");
  EXPECT_EQ(error.remedy, "b?");
}

}  // namespace
}  // namespace uproar
