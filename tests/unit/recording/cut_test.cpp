// A recording that ends anywhere, or has a wrong bit anywhere: every event of every whole block is read, and
// what is missing is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "recording/sinks/block_sink.h"
#include "recording/survey.h"
#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;
using test::Row;

struct Boundary {
  uint64_t offset = 0;   // where a block ends
  uint64_t records = 0;  // in the blocks up to there
};

std::vector<Boundary> boundaries_of(const Bytes& file) {
  std::vector<Boundary> all{{kFileHeaderBytes, 0}};
  for (const MappedBlock& place : test::blocks_of(file)) {
    uint64_t records = holds_records(place.header) ? place.header.count : 0;
    all.push_back({place.offset + place.header.block_bytes(), all.back().records + records});
  }
  return all;
}

Survey survey_of(const Bytes& file) {
  auto source = memory_source(file);
  return survey_blocks(*source, kFileHeaderBytes);
}

// `rows` are those of the whole file, in time order; those of the cut file must be among them, in this order.
void expect_cut_is_read(const Bytes& file, size_t size, const std::vector<Boundary>& boundaries,
                        const std::vector<Row>& rows) {
  SCOPED_TRACE("cut at byte " + std::to_string(size));
  Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
  auto opened = RecordingReader::from_bytes(cut, "cut.upr");
  if (size < kFileHeaderBytes) {
    EXPECT_FALSE(opened.ok());
    return;
  }
  ASSERT_TRUE(opened.ok());
  auto last = std::upper_bound(boundaries.begin(), boundaries.end(), size,
                               [](uint64_t at, const Boundary& boundary) { return at < boundary.offset; }) -
              1;
  auto found = test::rows_of(**opened);
  EXPECT_EQ(found.size(), last->records);
  auto at = rows.begin();
  for (const Row& row : found) {
    at = std::find(at, rows.end(), row);
    ASSERT_NE(at, rows.end()) << "an event that was never recorded, or in another order";
    ++at;
  }
  Survey survey = survey_of(cut);
  EXPECT_EQ(survey.whole_bytes, last->offset);
  EXPECT_EQ(survey.records, last->records);
  const bool torn = last->offset != size;
  EXPECT_EQ((*opened)->damage().size(), torn ? 1u : 0u);
  for (const Damage& damage : (*opened)->damage()) EXPECT_EQ(damage.offset, last->offset);
  EXPECT_EQ((*opened)->end().has_value(), size == file.size());
}

TEST(Cut, SmallRecordingAfterEveryByte) {
  Bytes file = test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer); });
  auto boundaries = boundaries_of(file);
  auto rows = test::rows_of(*test::open_bytes(file));
  ASSERT_EQ(rows.size(), 30u);
  for (size_t size = 0; size <= file.size(); ++size) expect_cut_is_read(file, size, boundaries, rows);
}

Bytes large_recording() {
  RecordingWriter::Options options;
  options.block_bytes = 4096;
  return test::write_recording(
      [](RecordingWriter& writer) {
        ASSERT_TRUE(writer.write_session({}).ok());
        ASSERT_TRUE(writer.add_event(test::example_event("hit")).ok());
        Bytes record = {0x2a, 7, 0, 0, 0xe1, 0x10, 0, 0, 0x10, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        std::minstd_rand random(7);
        for (uint32_t i = 0; i < 5000; ++i) {
          for (size_t byte = 0; byte < 4; ++byte)
            record[16 + byte] = static_cast<uint8_t>(i * 2654435761u >> (8 * byte));
          ASSERT_TRUE(
              writer.add_record(random() % 4, 1000 + i * uint64_t{100} + random() % 90, 0, record).ok());
        }
        ASSERT_TRUE(writer.finish({5000, 0, 5000, true, false}).ok());
      },
      options);
}

TEST(Cut, LargeRecordingAtAThousandPlaces) {
  Bytes file = large_recording();
  auto boundaries = boundaries_of(file);
  ASSERT_GT(boundaries.size(), 30u);
  auto rows = test::rows_of(*test::open_bytes(file));
  std::minstd_rand random(1);
  for (int i = 0; i < 1000; ++i) expect_cut_is_read(file, random() % file.size(), boundaries, rows);
}

TEST(Cut, EveryFlippedBitOfASmallRecordingIsTold) {
  Bytes file = test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer); });
  const auto rows = test::rows_of(*test::open_bytes(file));
  std::minstd_rand random(3);
  for (size_t at = 0; at < file.size(); ++at) {
    SCOPED_TRACE("byte " + std::to_string(at));
    Bytes flipped = file;
    flipped[at] ^= static_cast<uint8_t>(1u << random() % 8);
    auto opened = RecordingReader::from_bytes(flipped, "flipped.upr");
    if (!opened.ok()) {
      EXPECT_LT(at, kFileHeaderBytes);
      continue;
    }
    auto found = test::rows_of(**opened);
    EXPECT_FALSE((*opened)->damage().empty());
    // A damaged Event block takes the names of its events along, and nothing else.
    auto known = rows.begin();
    for (const Row& row : found) {
      known = std::find(known, rows.end(), row);
      ASSERT_NE(known, rows.end()) << "an event that was never recorded";
      ++known;
    }
  }
}

TEST(Cut, SurveyCountsWhatADamagedBlockHeld) {
  Bytes file = test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer); });
  Survey whole = survey_of(file);
  EXPECT_TRUE(whole.index_fits);
  EXPECT_TRUE(whole.damage.empty());
  EXPECT_EQ(whole.records, 30u);
  EXPECT_EQ(whole.whole_bytes, file.size());
  for (const MappedBlock& place : test::blocks_of(file)) {
    if (!holds_records(place.header)) continue;
    Bytes damaged = file;
    damaged[place.offset + kBlockHeaderBytes] ^= 1;
    Survey survey = survey_of(damaged);
    EXPECT_EQ(survey.records, 30u - place.header.count);
    EXPECT_EQ(survey.cpus[place.header.cpu].damaged, place.header.count);
    EXPECT_TRUE(survey.damage_counted);
    ASSERT_EQ(survey.damage.size(), 1u);
    EXPECT_EQ(survey.damage[0].offset, place.offset);
  }
}

}  // namespace
}  // namespace uproar
