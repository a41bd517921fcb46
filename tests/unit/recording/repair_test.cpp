#include "recording/repair.h"

#include <gtest/gtest.h>

#include "recording/sinks/block_sink.h"
#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

Bytes typical() {
  return test::write_recording([](RecordingWriter& writer) { test::fill_typical(writer); });
}

struct Repaired {
  Bytes file;
  RepairReport report;
};

Repaired repaired(const Bytes& damaged) {
  Repaired result;
  auto reader = test::open_bytes(damaged);
  auto source = memory_source(damaged);
  Survey survey = survey_blocks(*source, kFileHeaderBytes);
  result.file = test::write_recording([&](RecordingWriter& writer) {
    auto report = repair_recording(*reader, survey, writer, [] { return false; });
    ASSERT_TRUE(report.ok());
    result.report = *report;
  });
  return result;
}

// The result is whole, and its numbers agree with each other.
void expect_sound(const Repaired& result) {
  auto reader = test::open_bytes(result.file);
  auto rows = test::rows_of(*reader);
  EXPECT_TRUE(reader->damage().empty());
  ASSERT_TRUE(reader->end().has_value());
  EXPECT_EQ(reader->end()->events, rows.size());
  EXPECT_EQ(reader->end()->lost, reader->totals().lost);
  EXPECT_EQ(result.report.events, rows.size());
}

TEST(Repair, WholeRecordingStaysWhatItWas) {
  auto result = repaired(typical());
  expect_sound(result);
  EXPECT_EQ(test::dump(*test::open_bytes(result.file)), test::dump(*test::open_bytes(typical())));
  EXPECT_EQ(result.report.lost, 0u);
  EXPECT_FALSE(result.report.lost_more);
}

TEST(Repair, DamagedBlockBecomesALossOfItsCpu) {
  for (const MappedBlock& place : test::blocks_of(typical())) {
    if (!holds_records(place.header)) continue;
    Bytes damaged = typical();
    damaged[place.offset + kBlockHeaderBytes + 3] ^= 0x40;
    auto result = repaired(damaged);
    expect_sound(result);
    EXPECT_EQ(result.report.events, 30u - place.header.count);
    EXPECT_EQ(result.report.lost, place.header.count);
    auto reader = test::open_bytes(result.file);
    const LossInfo& loss = reader->losses().back();
    EXPECT_EQ(loss.kind, LossInfo::Kind::Unreadable);
    EXPECT_EQ(loss.cpu, place.header.cpu);
    EXPECT_EQ(loss.count, place.header.count);
    EXPECT_EQ(reader->end()->events + reader->end()->lost, reader->end()->hits);
  }
}

TEST(Repair, CutAnywhereGivesAWholeRecording) {
  Bytes file = typical();
  for (size_t size = kFileHeaderBytes; size < file.size(); size += 7) {
    SCOPED_TRACE(size);
    Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    expect_sound(repaired(cut));
  }
}

TEST(Repair, FlippedBitAnywhereGivesAWholeRecording) {
  Bytes file = typical();
  for (size_t at = kFileHeaderBytes; at < file.size(); at += 5) {
    SCOPED_TRACE(at);
    Bytes flipped = file;
    flipped[at] ^= 0x10;
    auto result = repaired(flipped);
    expect_sound(result);
    if (!test::open_bytes(flipped)->end()) continue;
    EXPECT_EQ(result.report.events + result.report.lost, 30u);
  }
}

TEST(Repair, UnknownNumberIsALossOfCountZero) {
  Bytes file = typical();
  std::vector<MappedBlock> blocks = test::blocks_of(file);
  // A hole in the middle of a file without an end.
  Bytes holed(file.begin(), file.end() - static_cast<std::ptrdiff_t>(kEndBlockBytes));
  for (const MappedBlock& place : blocks) {
    if (!holds_records(place.header)) continue;
    std::fill_n(holed.begin() + static_cast<std::ptrdiff_t>(place.offset), kBlockHeaderBytes, 0);
    break;
  }
  auto result = repaired(holed);
  expect_sound(result);
  EXPECT_TRUE(result.report.lost_more);
  const LossInfo loss = test::open_bytes(result.file)->losses().back();
  EXPECT_EQ(loss.kind, LossInfo::Kind::Unreadable);
  EXPECT_EQ(loss.cpu, kUnknownCpu);
  EXPECT_EQ(loss.count, 0u);
}

}  // namespace
}  // namespace uproar
