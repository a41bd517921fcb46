#include "convert/io/file_cursor.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

TEST(FileCursor, NumbersAreLittleEndian) {
  const auto input =
      ByteInput::from_bytes(std::string_view("\x01\x02\x01\x04\x03\x02\x01\x08\0\0\0\0\0\0\0", 15), "x");
  FileCursor cursor(*input, 0, input->size());
  EXPECT_EQ(cursor.u8(), 1u);
  EXPECT_EQ(cursor.u16(), 0x0102u);
  EXPECT_EQ(cursor.u32(), 0x01020304u);
  EXPECT_EQ(cursor.u64(), 8u);
  EXPECT_EQ(cursor.remaining(), 0u);
  EXPECT_FALSE(cursor.failed());
}

TEST(FileCursor, TheFirstReadPastTheEndFailsAllThatFollow) {
  const auto input = ByteInput::from_bytes(std::string_view("abcdefgh"), "x");
  FileCursor cursor(*input, 2, 5);
  EXPECT_EQ(cursor.u32(), 0u);
  EXPECT_TRUE(cursor.failed());
  EXPECT_EQ(cursor.u8(), 0u) << "though a byte would be there";
  EXPECT_EQ(cursor.bytes(1, 1), "");
  EXPECT_EQ(cursor.position(), 2u);
  EXPECT_EQ(cursor.remaining(), 0u);
}

TEST(FileCursor, TextsEndAtANulWithinTheirLimit) {
  const auto input = ByteInput::from_bytes(std::string_view("ab\0cde\0f", 8), "x");
  FileCursor cursor(*input, 0, input->size());
  EXPECT_EQ(cursor.text(2), "ab");
  EXPECT_EQ(cursor.text(3), "cde");
  EXPECT_EQ(cursor.text(10), "");
  EXPECT_TRUE(cursor.failed()) << "no NUL before the end";
  FileCursor again(*input, 3, input->size());
  EXPECT_EQ(again.text(2), "");
  EXPECT_TRUE(again.failed()) << "longer than its limit";
}

TEST(FileCursor, RunsOfBytesHaveALimit) {
  const auto input = ByteInput::from_bytes(std::string_view("abcdefgh"), "x");
  FileCursor cursor(*input, 0, input->size());
  cursor.skip(1);
  EXPECT_EQ(cursor.bytes(3, 3), "bcd");
  EXPECT_EQ(cursor.bytes(2, 1), "");
  EXPECT_TRUE(cursor.failed());
  FileCursor far(*input, 0, input->size());
  far.skip(~uint64_t{0});
  EXPECT_TRUE(far.failed());
}

}  // namespace
}  // namespace uproar
