#include "capture/session.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Session, DefaultBufferIsBoundedInTotalAndPerCpu) {
  EXPECT_EQ(default_buffer_kb(1), 8u * 1024);
  EXPECT_EQ(default_buffer_kb(8), 8u * 1024);
  EXPECT_EQ(default_buffer_kb(16), 4u * 1024);
  EXPECT_EQ(default_buffer_kb(64), 1024u);
  EXPECT_EQ(default_buffer_kb(512), 1024u);
}

}  // namespace
}  // namespace uproar
