#include "recording/sinks/metadata_list.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace uproar {
namespace {

// Keeps the headers, or refuses.
class Headers final : public BlockSink {
 public:
  Headers() : BlockSink(1) {}
  Result<void> start() override { return {}; }
  Result<void> append(BlockHeader header, std::span<const uint8_t>) override {
    if (refuses) return Error{"full", {}, {}, 0};
    headers.push_back(header);
    return {};
  }
  Result<void> put(BlockHeader, std::span<const uint8_t>) override { return {}; }
  Result<void> end(const EndSummary&) override { return {}; }
  const std::optional<Error>& failure() const override { return failure_; }
  uint64_t bytes() const override { return 0; }

  bool refuses = false;
  std::vector<BlockHeader> headers;

 private:
  std::optional<Error> failure_;
};

TEST(MetadataList, OneBlockWithTheTimesOfItsEntries) {
  Headers sink;
  MetadataList list(BlockType::Maps);
  EXPECT_TRUE(list.write(sink).ok());
  EXPECT_TRUE(sink.headers.empty()) << "no entries, no block";
  EXPECT_EQ(list.previous_ns(), 0u);
  for (uint64_t time : {20, 10, 30}) {
    list.bytes().u8(1);
    ASSERT_TRUE(list.added(time, sink).ok());
    EXPECT_EQ(list.previous_ns(), time);
  }
  EXPECT_TRUE(sink.headers.empty());
  ASSERT_TRUE(list.write(sink).ok());
  ASSERT_EQ(sink.headers.size(), 1u);
  EXPECT_TRUE(sink.headers[0].is(BlockType::Maps));
  EXPECT_EQ(sink.headers[0].count, 3u);
  EXPECT_EQ(sink.headers[0].first_ns, 10u);
  EXPECT_EQ(sink.headers[0].last_ns, 30u);
  EXPECT_EQ(list.previous_ns(), 0u) << "times in the next block begin anew";
}

TEST(MetadataList, WritesItselfWhenItHasGrown) {
  Headers sink;
  MetadataList list(BlockType::TaskEvents);
  for (size_t i = 0; i < MetadataList::kListBytes; ++i) {
    list.bytes().u8(1);
    ASSERT_TRUE(list.added(i, sink).ok());
  }
  ASSERT_EQ(sink.headers.size(), 1u);
  EXPECT_EQ(sink.headers[0].count, MetadataList::kListBytes);
  EXPECT_EQ(list.bytes().size(), 0u);
}

TEST(MetadataList, KeepsItsEntriesWhenTheSinkRefuses) {
  Headers sink;
  MetadataList list(BlockType::Maps);
  list.bytes().u8(1);
  ASSERT_TRUE(list.added(5, sink).ok());
  sink.refuses = true;
  EXPECT_FALSE(list.write(sink).ok());
  sink.refuses = false;
  EXPECT_TRUE(list.write(sink).ok());
  ASSERT_EQ(sink.headers.size(), 1u);
  EXPECT_EQ(sink.headers[0].first_ns, 5u);
}

}  // namespace
}  // namespace uproar
