#include "resolve/target/mapped_files.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

constexpr const char* kMaps =
    "55d0c0a00000-55d0c0a2f000 r--p 00000000 fe:00 247498                     /usr/bin/app\n"
    "55d0c0a2f000-55d0c0af0000 r-xp 0002f000 fe:00 247498                     /usr/bin/app\n"
    "55d0c1000000-55d0c1021000 rw-p 00000000 00:00 0                          [heap]\n"
    "7f0000000000-7f0000001000 r--p 00000000 fe:00 11                         "
    "/usr/lib/locale/locale-archive\n"
    "7f0000100000-7f0000101000 r-xp 00001000 fe:00 12                         /usr/lib/libfoo.so.1.2\n"
    "7f0000102000-7f0000103000 r-xp 00003000 fe:00 12                         /usr/lib/libfoo.so.1.2\n"
    "7f0000200000-7f0000201000 r-xp 00001000 fe:00 13                         /opt/my app/libbar-2.36.so\n"
    "7f0000300000-7f0000301000 r-xp 00001000 fe:00 14                         /usr/lib/libold.so.3 "
    "(deleted)\n"
    "7f0000400000-7f0000401000 r-xp 00001000 fe:00 15                         /tmp/a\\012b.so\n"
    "7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0                          [vdso]\n"
    "nonsense\n";

std::vector<std::string> found_in(const std::vector<MappedFile>& files, std::string_view name) {
  std::vector<std::string> paths;
  for (const MappedFile* file : find_mapped_file(files, name)) paths.push_back(file->path);
  return paths;
}

std::vector<std::string> found(std::string_view name) {
  static const auto files = parse_mapped_files(kMaps);
  return found_in(files, name);
}

using Paths = std::vector<std::string>;

TEST(MappedFiles, FilesWithCodeStandOnce) {
  auto files = parse_mapped_files(kMaps);
  Paths paths;
  for (const MappedFile& file : files) paths.push_back(file.path);
  EXPECT_EQ(paths, (Paths{"/usr/bin/app", "/usr/lib/libfoo.so.1.2", "/opt/my app/libbar-2.36.so",
                          "/usr/lib/libold.so.3", "/tmp/a\nb.so"}));
  EXPECT_EQ(files[0].range, "55d0c0a2f000-55d0c0af0000");
  EXPECT_EQ(files[0].inode, 247498u);
}

TEST(MappedFiles, RemovedFileIsMarked) {
  auto files = parse_mapped_files(kMaps);
  EXPECT_TRUE(files[3].deleted);
  EXPECT_FALSE(files[2].deleted);
}

TEST(MappedFiles, NameOrItsBeginningFindsTheLibrary) {
  EXPECT_EQ(found("libfoo.so.1.2"), (Paths{"/usr/lib/libfoo.so.1.2"}));
  EXPECT_EQ(found("libfoo.so"), (Paths{"/usr/lib/libfoo.so.1.2"}));
  EXPECT_EQ(found("libfoo"), (Paths{"/usr/lib/libfoo.so.1.2"}));
  EXPECT_EQ(found("libbar"), (Paths{"/opt/my app/libbar-2.36.so"}));
  EXPECT_TRUE(found("libf").empty());
  EXPECT_TRUE(found("foo").empty());
  EXPECT_TRUE(found("locale-archive").empty());
}

TEST(MappedFiles, PathIsComparedFromItsEnd) {
  EXPECT_EQ(found("lib/libfoo.so.1.2"), (Paths{"/usr/lib/libfoo.so.1.2"}));
  EXPECT_EQ(found("/usr/lib/libfoo.so.1.2"), (Paths{"/usr/lib/libfoo.so.1.2"}));
  EXPECT_TRUE(found("b/libfoo.so.1.2").empty());
}

TEST(MappedFiles, ExactNameBeatsLongerOnes) {
  auto files = parse_mapped_files(
      "1-2 r-xp 0 fe:00 1 /a/liba.so\n"
      "2-3 r-xp 0 fe:00 2 /a/liba.so.1\n"
      "3-4 r-xp 0 fe:00 3 /b/liba.so.2\n");
  EXPECT_EQ(find_mapped_file(files, "liba.so").size(), 1u);
  EXPECT_EQ(find_mapped_file(files, "liba").size(), 3u);
}

TEST(MappedFiles, FilesInMemoryHaveTheirNameWithAndWithoutItsPrefix) {
  auto files = parse_mapped_files(
      "1-2 r-xp 0 00:01 1 /memfd:libjit.so (deleted)\n"
      "2-3 r-xp 0 00:01 2 /memfd: (deleted)\n");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(found_in(files, "libjit.so"), (Paths{"/memfd:libjit.so"}));
  EXPECT_EQ(found_in(files, "libjit"), (Paths{"/memfd:libjit.so"}));
  EXPECT_EQ(found_in(files, "memfd:libjit.so"), (Paths{"/memfd:libjit.so"}));
}

TEST(MappedFiles, TheSamePathAndNumberOnAnotherDeviceIsAnotherFile) {
  EXPECT_EQ(parse_mapped_files("1-2 r-xp 0 fe:00 1 /a/liba.so\n"
                               "2-3 r-xp 0 fe:01 1 /a/liba.so\n")
                .size(),
            2u);
}

}  // namespace
}  // namespace uproar
