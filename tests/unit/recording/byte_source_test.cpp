#include "recording/byte_source.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace uproar {
namespace {

std::string text(std::span<const uint8_t> run) {
  return {run.begin(), run.end()};
}

void expect_bounds(ByteSource& source) {
  std::vector<uint8_t> scratch;
  EXPECT_EQ(source.size(), 5u);
  EXPECT_EQ(text(source.read(1, 3, scratch)), "bcd");
  EXPECT_EQ(text(source.read(3, 100, scratch)), "de");
  EXPECT_EQ(text(source.read(5, 1, scratch)), "");
  EXPECT_EQ(text(source.read(~uint64_t{0}, 1, scratch)), "");
}

Fd file_of(const char* content) {
  Fd fd(::memfd_create("source", MFD_CLOEXEC));
  EXPECT_GT(::write(fd.get(), content, 5), 0);
  return fd;
}

TEST(Source, ReadsStayWithinMemory) {
  auto source = memory_source(std::string("abcde"));
  expect_bounds(*source);
}

TEST(Source, ReadsStayWithinFile) {
  auto source = file_source(file_of("abcde"), 5);
  expect_bounds(*source);
}

TEST(Source, FileThatBecameShorterGivesFewerBytes) {
  Fd fd = file_of("abcde");
  Fd other(::dup(fd.get()));
  auto source = file_source(std::move(fd), 5);
  ASSERT_EQ(::ftruncate(other.get(), 2), 0);
  std::vector<uint8_t> scratch;
  EXPECT_EQ(text(source->read(0, 5, scratch)), "ab");
}

}  // namespace
}  // namespace uproar
