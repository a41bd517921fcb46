#include "recording/sinks/segments.h"

#include <gtest/gtest.h>

#include "recording/file_format.h"

namespace uproar {
namespace {

BlockHeader records(uint32_t cpu, uint32_t count, uint64_t first_ns, uint64_t last_ns) {
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Columns);
  header.cpu = cpu;
  header.count = count;
  header.first_ns = first_ns;
  header.last_ns = last_ns;
  return header;
}

TEST(Segments, SumUpTheRecordsByCpu) {
  Segments segments(6400);
  segments.add(records(0, 3, 100, 200), 0, 50);
  BlockHeader tasks;
  tasks.type = static_cast<uint8_t>(BlockType::TaskEvents);
  segments.add(tasks, 50, 60);
  segments.add(records(1, 2, 90, 150), 60, 70);
  segments.add(records(0, 4, 200, 300), 70, 80);
  ASSERT_EQ(segments.all().size(), 1u);
  const Segment& segment = segments.all()[0];
  EXPECT_EQ(segment.end, 80u);
  EXPECT_EQ(segment.first_ns, 90u);
  EXPECT_EQ(segment.records.at(0).count, 7u);
  EXPECT_EQ(segment.records.at(0).last_ns, 300u);
  EXPECT_EQ(segment.records.at(1).count, 2u);
  EXPECT_EQ(segment.metadata, std::vector<uint64_t>{50});
}

TEST(Segments, EndAtAFlushOnceTheyAreLargeEnough) {
  Segments segments(6400);  // 100 bytes wanted, 400 at most
  segments.add(records(0, 1, 1, 1), 0, 60);
  segments.flushed();
  segments.add(records(0, 1, 1, 1), 60, 120);
  segments.flushed();
  segments.add(records(0, 1, 1, 1), 120, 180);
  ASSERT_EQ(segments.all().size(), 2u);
  EXPECT_EQ(segments.all()[1].offset, 120u);
}

TEST(Segments, EndWithoutAFlushAtTheirLargest) {
  Segments segments(6400);
  for (uint64_t at = 0; at < 1200; at += 100) segments.add(records(0, 1, 1, 1), at, at + 100);
  ASSERT_EQ(segments.all().size(), 3u);
  EXPECT_EQ(segments.all()[1].offset, 400u);
}

TEST(Segments, NewestAreKept) {
  Segments segments(6400);
  for (uint64_t at = 0; at < 2000; at += 100) segments.add(records(0, 1, 1, 1), at, at + 100);
  ASSERT_EQ(segments.all().size(), 5u);
  EXPECT_EQ(segments.first_kept(1000), 3u);
  EXPECT_EQ(segments.first_kept(10), 4u) << "the last one always";
  EXPECT_EQ(segments.first_kept(5000), 0u);
}

}  // namespace
}  // namespace uproar
