#include "binary/symbols/mini_debug_info.h"

#include <gtest/gtest.h>

#include "base/fd.h"
#include "support/compile.h"

namespace uproar {
namespace {

class MiniDebugInfo : public testing::Test {
 protected:
  void SetUp() override {
    if (!Workshop::has("xz")) GTEST_SKIP() << "xz is not installed";
  }
  std::string packed(const std::string& text) {
    workshop_.put("text", text);
    EXPECT_TRUE(workshop_.run("xz -k -f text"));
    return *read_file(workshop_.path("text.xz"));
  }
  static Result<std::string> unpack(const std::string& bytes, size_t limit = kMaxMiniDebugInfo) {
    return unpack_mini_debug_info({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, limit);
  }

  Workshop workshop_;
};

TEST_F(MiniDebugInfo, WhatXzPackedIsUnpacked) {
  EXPECT_EQ(*unpack(packed("\x7f"
                           "ELF and more")),
            "\x7f"
            "ELF and more");
  const std::string large(300000, 'x');
  EXPECT_EQ(*unpack(packed(large)), large);
}

TEST_F(MiniDebugInfo, ABombEndsAtTheLimit) {
  const std::string bytes = packed(std::string(300000, 'x'));
  EXPECT_EQ(unpack(bytes, 299999).error().message, ".gnu_debugdata is longer than 299999 bytes");
  EXPECT_TRUE(unpack(bytes, 300000).ok());
}

TEST_F(MiniDebugInfo, DamageIsTold) {
  std::string bytes = packed("some text that is packed");
  EXPECT_EQ(unpack(bytes.substr(0, bytes.size() / 2)).error().message, ".gnu_debugdata is damaged or not xz");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
  EXPECT_FALSE(unpack(bytes).ok());
  EXPECT_FALSE(unpack("no xz at all").ok());
  EXPECT_FALSE(unpack("").ok());
}

}  // namespace
}  // namespace uproar
