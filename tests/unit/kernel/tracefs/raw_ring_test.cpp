#include "kernel/tracefs/raw_ring.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

#include "support/fake_folder.h"

namespace uproar {
namespace {

TraceBuffer buffer_in(const FakeFolder& fake) {
  return TraceBuffer(Tracefs(fake.root()), Tracefs(fake.root()));
}

// Sizes of what the ring of CPU 1 delivers until it is empty.
std::vector<size_t> sizes(const FakeFolder& fake) {
  std::vector<size_t> all;
  Result<RawRing> ring = RawRing::open(buffer_in(fake), 1);
  EXPECT_TRUE(ring.ok());
  std::span<const uint8_t> sub_buffer;
  while (ring.ok() && ring->next(sub_buffer).value()) all.push_back(sub_buffer.size());
  return all;
}

TEST(RawRing, DeliversSubBuffersUntilTheRingIsEmpty) {
  FakeFolder fake;
  fake.put("per_cpu/cpu1/trace_pipe_raw", std::string(3 * 4096, 'x'));
  EXPECT_EQ(sizes(fake), (std::vector<size_t>{4096, 4096, 4096}));
}

TEST(RawRing, SubBuffersAreAsLargeAsTheInstanceSays) {
  FakeFolder fake;
  fake.put("per_cpu/cpu1/trace_pipe_raw", std::string(65536, 'x'));
  fake.put("buffer_subbuf_size_kb", "32\n");
  EXPECT_EQ(sizes(fake), (std::vector<size_t>{32768, 32768}));
  fake.put("buffer_subbuf_size_kb", "1\n");  // less than a page makes no sense
  EXPECT_EQ(sizes(fake).front(), 4096u);
}

TEST(RawRing, MissingCpuIsAnErrorThatNamesTheFile) {
  FakeFolder fake;
  Result<RawRing> ring = RawRing::open(buffer_in(fake), 7);
  ASSERT_FALSE(ring.ok());
  EXPECT_EQ(ring.error().sys_errno, ENOENT);
  EXPECT_NE(ring.error().message.find("per_cpu/cpu7/trace_pipe_raw"), std::string::npos);
}

TEST(RawRing, RingThatCannotBeReadNamesTheCpu) {
  FakeFolder fake;
  fake.make("per_cpu/cpu1/trace_pipe_raw");
  Result<RawRing> ring = RawRing::open(buffer_in(fake), 1);
  ASSERT_TRUE(ring.ok());
  std::span<const uint8_t> sub_buffer;
  Result<bool> more = ring->next(sub_buffer);
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().message, "cannot read the ring buffer of CPU 1: Is a directory");
}

TEST(TracePipe, DeliversTextAndDoesNotWaitForMore) {
  FakeFolder fake;
  const std::string path = fake.root() + "/trace_pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  Result<TracePipe> pipe = TracePipe::open(buffer_in(fake));
  ASSERT_TRUE(pipe.ok());
  Result<Fd> writer = open_file(path, O_WRONLY);
  ASSERT_TRUE(writer.ok());
  std::string_view text;
  EXPECT_FALSE(pipe->next(text).value());
  ASSERT_TRUE(write_all(writer->get(), "one\ntw", path).ok());
  EXPECT_TRUE(pipe->next(text).value());
  EXPECT_EQ(text, "one\ntw");
  EXPECT_FALSE(pipe->next(text).value());
}

}  // namespace
}  // namespace uproar
