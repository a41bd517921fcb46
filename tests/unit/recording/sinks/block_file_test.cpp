#include "recording/sinks/block_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "support/recordings.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

using test::Bytes;

BlockHeader records_header() {
  BlockHeader header;
  header.type = 200;
  return header;
}

// No file of this process grows beyond `bytes` while the object lives: what a full disk does, without one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST(BlockFile, FullDiskIsAnErrorThatNamesTheFile) {
  BlockFile file(Fd(::open("/dev/full", O_WRONLY | O_CLOEXEC)), "out.upr", 1);
  auto result = file.start();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "cannot write out.upr: No space left on device");
  EXPECT_EQ(result.error().remedy,
            "make room or write elsewhere with -o; what was written before can be read");
  EXPECT_EQ(file.bytes(), 0u);
}

TEST(BlockFile, FailedWriteLeavesWholeBlocksAndRefusesMore) {
  Fd fd(::memfd_create("limited", MFD_CLOEXEC));
  Fd copy(::dup(fd.get()));
  BlockFile file(std::move(fd), "out.upr", 1);
  ASSERT_TRUE(file.start().ok());
  ASSERT_TRUE(file.append(records_header(), Bytes(100, 'a')).ok());
  uint64_t whole = file.bytes();
  std::string message;
  {
    FileSizeLimit limit(whole + 70);
    auto result = file.append(records_header(), Bytes(100, 'b'));
    ASSERT_FALSE(result.ok());
    message = result.error().message;
  }
  EXPECT_EQ(message, "cannot write out.upr: File too large");
  EXPECT_EQ(file.bytes(), whole);
  EXPECT_EQ(::lseek(copy.get(), 0, SEEK_END), static_cast<off_t>(whole));
  EXPECT_EQ(file.append(records_header(), Bytes(1, 'c')).error().message, message);
  EXPECT_EQ(file.end({}).error().message, message);
  EXPECT_EQ(::lseek(copy.get(), 0, SEEK_END), static_cast<off_t>(whole));
}

TEST(BlockFile, ReaderOfThePipeThatHasGoneIsAnError) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  auto handler = std::signal(SIGPIPE, SIG_IGN);
  ::close(ends[0]);
  BlockFile file(Fd(ends[1]), "standard output", 1);
  auto result = file.start();
  std::signal(SIGPIPE, handler);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "cannot write standard output: Broken pipe");
  EXPECT_EQ(result.error().sys_errno, EPIPE);
}

TEST(BlockFile, WhatStoodBeforeTheRecordingIsKeptWhenAWriteFails) {
  Fd fd(::memfd_create("prefix", MFD_CLOEXEC));
  Fd copy(::dup(fd.get()));
  ASSERT_EQ(::write(fd.get(), "before", 6), 6);
  BlockFile file(std::move(fd), "out.upr", 1);
  {
    FileSizeLimit limit(10);
    EXPECT_FALSE(file.start().ok());
  }
  EXPECT_EQ(::lseek(copy.get(), 0, SEEK_END), 6);
}

TEST(BlockFile, FileThatSomebodyCutsIsAnError) {
  TemporaryFolder folder;
  const std::string path = folder.path("f.upr");
  BlockFile file(open_file(path, O_RDWR | O_CREAT, 0600).value(), "f.upr", 1);
  ASSERT_TRUE(file.start().ok());
  ASSERT_TRUE(file.append(records_header(), Bytes(100, 7)).ok());
  ASSERT_TRUE(file.flushed().ok());
  ASSERT_EQ(::truncate(path.c_str(), 20), 0);
  const auto flushed = file.flushed();
  ASSERT_FALSE(flushed.ok());
  EXPECT_EQ(flushed.error().message, "f.upr was cut to 20 bytes while it was written");
  EXPECT_FALSE(file.append(records_header(), Bytes(100, 7)).ok());
}

TEST(BlockFile, FileThatIsRemovedOrReplacedIsAnErrorAndOneThatIsMovedIsNot) {
  TemporaryFolder folder;
  const std::string path = folder.path("f.upr");
  BlockFile file(open_file(path, O_RDWR | O_CREAT, 0600).value(), "f.upr", 1);
  ASSERT_TRUE(file.start().ok());
  ASSERT_EQ(::rename(path.c_str(), folder.path("g.upr").c_str()), 0);
  EXPECT_TRUE(file.append(records_header(), Bytes(100, 7)).ok());
  ASSERT_EQ(::unlink(folder.path("g.upr").c_str()), 0);
  const auto put = file.append(records_header(), Bytes(100, 7));
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().message, "f.upr was removed, or replaced by another file, while it was written");
}

}  // namespace
}  // namespace uproar
