#include "commands/options/units.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Units, DurationsHaveUnits) {
  EXPECT_EQ(parse_duration("10"), 10'000'000'000u);
  EXPECT_EQ(parse_duration("1.5s"), 1'500'000'000u);
  EXPECT_EQ(parse_duration("500ms"), 500'000'000u);
  EXPECT_EQ(parse_duration("2m"), 120'000'000'000u);
  EXPECT_EQ(parse_duration("1h"), 3'600'000'000'000u);
  for (const char* bad : {"", "s", "0", "-1", "1.2.3", "10 s", "5parsec", "1e99h", "nan"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Units, BufferSizesArePagesOrBytes) {
  EXPECT_EQ(parse_buffer_size("64"), 64u * 4096);
  EXPECT_EQ(parse_buffer_size("512K"), 512u * 1024);
  EXPECT_EQ(parse_buffer_size("4M"), 4u * 1024 * 1024);
  EXPECT_EQ(parse_buffer_size("1G"), 1024u * 1024 * 1024);
  for (const char* bad : {"", "K", "0", "-4", "4T", "4MB", "99999999999999G"})
    EXPECT_FALSE(parse_buffer_size(bad)) << bad;
}

TEST(Units, BytesAreShownWithOneDigit) {
  EXPECT_EQ(format_bytes(0), "0 bytes");
  EXPECT_EQ(format_bytes(1023), "1023 bytes");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(uint64_t{3} << 30), "3.0 GiB");
}

}  // namespace
}  // namespace uproar
