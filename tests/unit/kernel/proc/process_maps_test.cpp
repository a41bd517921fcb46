#include "kernel/proc/process_maps.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(ProcessMaps, CodeIsTold) {
  const auto maps = parse_code_maps(
      "5582f0e8c000-5582f0e8d000 r--p 00000000 fe:01 1835022                    /usr/bin/app one\n"
      "5582f0e8d000-5582f0e8e000 r-xp 00001000 fe:01 1835022                    /usr/bin/app one\n"
      "7f00aa000000-7f00aa021000 rwxs 00000000 00:00 0 \n"
      "7ffd3b7c2000-7ffd3b7c4000 r-xp 00000000 00:00 0                          [vdso]\n");
  ASSERT_EQ(maps.size(), 3u);
  EXPECT_EQ(maps[0].start, 0x5582f0e8d000u);
  EXPECT_EQ(maps[0].end, 0x5582f0e8e000u);
  EXPECT_EQ(maps[0].offset, 0x1000u);
  EXPECT_EQ(maps[0].protection, static_cast<uint32_t>(PROT_READ | PROT_EXEC));
  EXPECT_FALSE(maps[0].shared);
  EXPECT_EQ(maps[0].major, 0xfeu);
  EXPECT_EQ(maps[0].minor, 1u);
  EXPECT_EQ(maps[0].inode, 1835022u);
  EXPECT_EQ(maps[0].path, "/usr/bin/app one");
  EXPECT_EQ(maps[1].path, "//anon");
  EXPECT_TRUE(maps[1].shared);
  EXPECT_EQ(maps[2].path, "[vdso]");
}

TEST(ProcessMaps, LinesThatMakeNoSenseAreLeftOut) {
  for (const char* line :
       {"", "x", "1000-1000 r-xp 0 00:00 0", "2000-1000 r-xp 0 00:00 0", "1000-2000 r-x 0 00:00 0",
        "1000-2000 r-xp z 00:00 0", "1000-2000 r-xp 0 0000 0", "1000 2000 r-xp 0 00:00 0"})
    EXPECT_TRUE(parse_code_maps(std::string(line) + "\n").empty()) << line;
}

TEST(ProcessMaps, OfThisProcessHaveItsProgram) {
  const auto maps = code_maps_of(::getpid());
  EXPECT_FALSE(maps.empty());
  EXPECT_TRUE(code_maps_of(0x7fffffff).empty());
}

TEST(OnlineCpus, AreAsked) {
  EXPECT_FALSE(online_cpus().empty());
  EXPECT_TRUE(online_cpus("/nonexistent").empty());
}

}  // namespace
}  // namespace uproar
