#include "recording/file_kind.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "recording/blocks/block.h"

namespace uproar {
namespace {

using namespace std::string_literals;

Result<FileStart> check(const std::string& start) {
  return check_file_start({reinterpret_cast<const uint8_t*>(start.data()), start.size()}, "x.upr");
}
std::string complaint(const std::string& start) {
  auto result = check(start);
  return result.ok() ? "" : render(result.error());
}

const std::string kGood = "\x89UPR\r\n\x1a\n\x01\0\x10\0\0\0\0\0"s;

TEST(FileKind, HeaderOfThisVersionIsAccepted) {
  auto start = check(kGood);
  ASSERT_TRUE(start.ok());
  EXPECT_EQ(start->first_block, 16u);
  EXPECT_FALSE(start->header_damaged);
}

TEST(FileKind, LongerHeaderIsPassedOver) {
  auto start = check("\x89UPR\r\n\x1a\n\x01\0\x20\0\0\0\0\0"s + std::string(16, 0));
  ASSERT_TRUE(start.ok());
  EXPECT_EQ(start->first_block, 32u);
}

TEST(FileKind, EmptyFile) {
  EXPECT_EQ(complaint(""),
            "error: x.upr is empty\n  help: the recorder ended before it wrote anything: record again\n");
}

TEST(FileKind, CutInsideTheHeader) {
  EXPECT_EQ(complaint(kGood.substr(0, 7)),
            "error: x.upr is cut off inside its header (7 of 16 bytes)\n  help: nothing in it can be saved: "
            "record again\n");
  for (size_t size = 1; size < 16; ++size) {
    EXPECT_NE(complaint(kGood.substr(0, size)).find("cut off inside its header"), std::string::npos) << size;
  }
}

TEST(FileKind, NewerVersion) {
  EXPECT_EQ(complaint("\x89UPR\r\n\x1a\n\x07\0\x10\0\0\0\0\0"s),
            "error: x.upr was written by a newer uproar (format 7, this one reads up to 2)\n"
            "  help: read it with the uproar that wrote it, or update this one\n");
}

TEST(FileKind, DamagedHeaderBeforeAWholeBlockIsPassedOver) {
  std::array<uint8_t, kBlockHeaderBytes> block;
  put_block_header({}, block);
  std::string file = kGood + std::string(block.begin(), block.end());
  for (size_t at : {0, 3, 7, 12}) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    auto start = check(damaged);
    ASSERT_TRUE(start.ok()) << at;
    EXPECT_TRUE(start->header_damaged);
    EXPECT_EQ(start->first_block, 16u);
  }
}

TEST(FileKind, DamagedHeaderWithoutABlock) {
  EXPECT_EQ(complaint("\x89UPR\r\n\x1a\n\x01\0\x10\0\x01\0\0\0"s),
            "error: x.upr has a damaged header\n  help: copy it again from where it was recorded\n");
}

TEST(FileKind, ForeignFilesAreNamed) {
  struct Case {
    std::string start, kind, remedy;
  };
  const Case cases[] = {
      {"PERFILE2\x68\0\0\0\0\0\0\0"s, "a perf.data file", "uproar convert"},
      {"\x17\x08\x44tracing6\0"s, "a trace.dat file", "uproar convert"},
      {"# tracer: nop\n#\n"s, "text of the kernel's trace file", "uproar record --from"},
      {"            bash-4321    [001] d..21  1234.567890: hit: (0x401010) n=5\n"s, "trace_pipe",
       "uproar record --from"},
      {"\x1f\x8b\x08\0"s, "packed with gzip", "gzip -d"},
      {"\x28\xb5\x2f\xfd\x04"s, "packed with zstd", "zstd -d"},
      {"\xfd"
       "7zXZ\0\0\4"s,
       "packed with xz", "xz -d"},
      {"\x89UPR\n\x1a\n\x01\0\x10\0\0\0\0\0\0"s, "text mode", "binary mode"},
      {"\x89UPR\r\n\x1a\r\n\x01\0\x10\0\0\0\0"s, "text mode", "binary mode"},
      {"\x7f"
       "ELF\2\1\1"s,
       "a program or library", "PATH:SYMBOL"},
      {"hello"s, "not a recording", "uproar record"},
      {std::string(100, '\0'), "not a recording", "uproar record"},
  };
  for (const Case& one : cases) {
    std::string text = complaint(one.start);
    EXPECT_NE(text.find(one.kind), std::string::npos) << text;
    EXPECT_NE(text.find(one.remedy), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace uproar
