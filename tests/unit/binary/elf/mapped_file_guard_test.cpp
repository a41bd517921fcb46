#include "binary/elf/mapped_file_guard.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/debug_fixture.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

// A copy of a fixture that a test may cut.
struct OwnCopy {
  explicit OwnCopy(const std::string& name) : path(folder.path(name)) {
    std::filesystem::copy_file(oracle::dwarf_fixture(name), path);
  }
  void cut(uintmax_t bytes) const { std::filesystem::resize_file(path, bytes); }
  TemporaryFolder folder;
  std::string path;
};

TEST(MappedFileGuard, MissingPageReadsAsZerosAndIsTold) {
  const OwnCopy copy("o1");
  const int fd = ::open(copy.path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  auto* bytes = static_cast<volatile char*>(::mmap(nullptr, 8192, PROT_READ, MAP_PRIVATE, fd, 0));
  ASSERT_NE(static_cast<volatile void*>(bytes), MAP_FAILED);
  MappedFileGuard guard;
  EXPECT_EQ(bytes[1], 'E');
  EXPECT_FALSE(guard.was_needed());
  copy.cut(0);
  EXPECT_EQ(bytes[1], 0);
  EXPECT_EQ(bytes[5000], 0);
  EXPECT_TRUE(guard.was_needed());
  EXPECT_FALSE(MappedFileGuard().was_needed());
  ::munmap(const_cast<char*>(bytes), 8192);
  ::close(fd);
}

TEST(MappedFileGuard, FileCutWhileItIsReadIsAnError) {
  const OwnCopy copy("o1");
  auto file = ElfFile::open(copy.path);
  ASSERT_TRUE(file.ok());
  auto info = DebugInfo::open(**file, "");
  ASSERT_TRUE(info.ok());
  copy.cut(4096);
  auto found = (*info)->instances("shop::look");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message, copy.path + " was cut short while it was read");
}

TEST(MappedFileGuardDeathTest, WithoutOneSigbusIsWhatItWas) {
  const OwnCopy copy("o1");
  const int fd = ::open(copy.path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  auto* bytes = static_cast<volatile char*>(::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
  { const MappedFileGuard passed; }
  copy.cut(0);
  EXPECT_EXIT(static_cast<void>(bytes[1]), ::testing::KilledBySignal(SIGBUS), "");
  ::munmap(const_cast<char*>(bytes), 4096);
  ::close(fd);
}

}  // namespace
}  // namespace uproar
