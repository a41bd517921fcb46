#include "symbolize/file_mapping.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(FileMapping, TheSegmentOfCodeOfAFileThatIsHere) {
  const FileStretch code = mapped_code("/proc/self/exe", "", 0);
  EXPECT_EQ(code.offset, 0u);
  EXPECT_EQ(code.length, 4096u) << "no code begins the file";
  bool whole = false;
  for (uint64_t offset = 0; offset < (uint64_t{1} << 24) && !whole; offset += 4096) {
    const FileStretch stretch = mapped_code("/proc/self/exe", "", offset);
    EXPECT_LE(stretch.offset, offset);
    EXPECT_GT(stretch.offset + stretch.length, offset);
    EXPECT_EQ(stretch.offset % 4096, 0u);
    whole = stretch.length > 4096;
  }
  EXPECT_TRUE(whole);
}

TEST(FileMapping, ThePageWhereTheFileIsGoneOrAnother) {
  EXPECT_EQ(mapped_code("/nowhere/app", "", 0x1169).offset, 0x1000u);
  EXPECT_EQ(mapped_code("/nowhere/app", "", 0x1169).length, 0x1000u);
  EXPECT_EQ(mapped_code("/proc/self/exe", "00", 0x1169).length, 0x1000u);
  EXPECT_EQ(mapped_code("/nowhere/app", "", ~uint64_t{0}).length, 0u);
}

}  // namespace
}  // namespace uproar
