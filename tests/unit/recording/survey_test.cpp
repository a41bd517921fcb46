#include "recording/survey.h"

#include <gtest/gtest.h>

#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

Bytes typical() {
  return test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer); });
}

Survey survey(const Bytes& file) {
  const auto places = test::blocks_of(file);
  const auto source = memory_source(file);
  return survey_blocks(*source, places.front().offset);
}

TEST(Survey, WholeFile) {
  const Bytes file = typical();
  const Survey got = survey(file);
  EXPECT_TRUE(got.index_fits);
  EXPECT_TRUE(got.damage.empty());
  EXPECT_TRUE(got.damage_counted);
  EXPECT_EQ(got.whole_bytes, file.size());
  const auto reader = test::open_bytes(file);
  const auto totals = reader->totals();
  EXPECT_EQ(got.records, totals.records);
  EXPECT_EQ(got.first_ns, totals.first_ns);
  EXPECT_EQ(got.last_ns, totals.last_ns);
  EXPECT_EQ(got.cpus.size(), totals.cpus.size());
  uint64_t blocks = 0;
  for (const auto& [type, count] : got.blocks) blocks += count;
  EXPECT_EQ(blocks, test::blocks_of(file).size());
}

// The header is in the index, so what was lost can be counted.
TEST(Survey, DamagedPayloadIsCountedByItsHeader) {
  Bytes file = typical();
  const Survey whole = survey(file);
  for (const MappedBlock& place : test::blocks_of(file)) {
    if (!place.header.is(BlockType::Columns)) continue;
    file[place.offset + kBlockHeaderBytes] ^= 1;
    const Survey got = survey(file);
    ASSERT_EQ(got.damage.size(), 1u);
    EXPECT_EQ(got.damage[0].offset, place.offset);
    EXPECT_TRUE(got.damage_counted);
    EXPECT_EQ(got.records, whole.records - place.header.count);
    EXPECT_EQ(got.cpus.at(place.header.cpu).damaged, place.header.count);
    return;
  }
  FAIL() << "no block of columns";
}

TEST(Survey, CutFileEndsAtItsLastWholeBlock) {
  const Bytes file = typical();
  const auto places = test::blocks_of(file);
  const MappedBlock& last = places.back();
  const Survey got = survey(Bytes(file.begin(), file.begin() + static_cast<ptrdiff_t>(last.offset + 8)));
  EXPECT_FALSE(got.index_fits);
  EXPECT_EQ(got.whole_bytes, last.offset);
  EXPECT_FALSE(got.damage.empty());
}

}  // namespace
}  // namespace uproar
