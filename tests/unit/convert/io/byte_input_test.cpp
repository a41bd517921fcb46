#include "convert/io/byte_input.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "base/fd.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

std::string text(const Result<std::span<const uint8_t>>& bytes) {
  if (!bytes.ok()) return "error: " + bytes.error().message;
  return {bytes.value().begin(), bytes.value().end()};
}

TEST(ByteInput, MemoryGivesWhatThereIs) {
  auto input = ByteInput::from_bytes(std::string_view("0123456789"), "x");
  EXPECT_TRUE(input->can_seek());
  EXPECT_EQ(input->size(), 10u);
  EXPECT_EQ(text(input->view(8, 4)), "89");
  EXPECT_EQ(text(input->view(10, 4)), "");
  EXPECT_EQ(text(input->view(UINT64_MAX, 4)), "");
  EXPECT_EQ(text(input->view(0, ByteInput::kMaxView + 1)),
            "error: x: a piece of 67108865 bytes is too large");
}

TEST(ByteInput, FileIsReadAnywhere) {
  const TemporaryFolder folder;
  std::string content;
  for (int i = 0; i < 300'000; ++i) content += std::to_string(i % 10) + "abcdefgh";
  auto input = ByteInput::open(folder.put("in", content));
  ASSERT_TRUE(input.ok());
  EXPECT_TRUE((*input)->can_seek());
  EXPECT_EQ((*input)->size(), content.size());
  for (const uint64_t at : {0, 1'500'000, 20, 1'048'570, 2'699'995})
    EXPECT_EQ(text((*input)->view(at, 30)), content.substr(at, 30)) << at;
  uint8_t bytes[8] = {};
  EXPECT_EQ((*input)->read_at(9, bytes).value(), 8u);
  EXPECT_EQ(bytes[0], '1');
}

TEST(ByteInput, PipeOnlyGoesForward) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::string content;
  for (int i = 0; i < 300'000; ++i) content += std::to_string(i % 10) + "abcdefgh";
  std::thread writer([&] {
    Fd in(ends[1]);
    ASSERT_TRUE(write_all(in.get(), content, "pipe").ok());
  });
  auto input = ByteInput::open("/proc/self/fd/" + std::to_string(ends[0]));
  ::close(ends[0]);
  ASSERT_TRUE(input.ok());
  EXPECT_FALSE((*input)->can_seek());
  EXPECT_EQ((*input)->size(), 0u);
  EXPECT_EQ(text((*input)->view(0, 4)), content.substr(0, 4));
  EXPECT_EQ(text((*input)->view(0, 2'000'000)), content.substr(0, 2'000'000));
  EXPECT_EQ(text((*input)->view(2'500'000, 5)), content.substr(2'500'000, 5));
  EXPECT_FALSE((*input)->view(10, 5).ok());
  EXPECT_EQ(text((*input)->view(2'699'990, 50)), content.substr(2'699'990));
  EXPECT_EQ(text((*input)->view(9'000'000, 5)), "");
  writer.join();
}

TEST(ByteInput, FolderIsRefused) {
  auto input = ByteInput::open("/");
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(input.error().message, "/ is a directory");
}

}  // namespace
}  // namespace uproar
