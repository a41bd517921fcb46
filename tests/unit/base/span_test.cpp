#include "base/span.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Span, EmptyIsWhatHasNoByte) {
  EXPECT_TRUE(Span{}.empty());
  EXPECT_TRUE((Span{5, 5}).empty());
  EXPECT_FALSE((Span{5, 6}).empty());
}

}  // namespace
}  // namespace uproar
