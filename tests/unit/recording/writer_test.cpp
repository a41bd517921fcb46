#include "recording/writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "recording/file_format.h"
#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

std::unique_ptr<RecordingWriter> writer_to_nothing(RecordingWriter::Options options = {}) {
  auto writer = RecordingWriter::create(Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC)), "null.upr", options);
  return std::move(*writer);
}

TEST(Writer, SameInputGivesTheSameBytes) {
  auto fill = [](RecordingWriter& writer) { test::fill_typical(writer); };
  EXPECT_EQ(test::write_recording(fill), test::write_recording(fill));
}

TEST(Writer, EventsAreNumberedInTheirOrder) {
  auto writer = writer_to_nothing();
  EXPECT_EQ(*writer->add_event(test::example_event("a")), 0u);
  EXPECT_EQ(*writer->add_event(test::example_event("b")), 1u);
}

TEST(Writer, BlockIsClosedAtItsSize) {
  Bytes file = test::write_recording(
      [](RecordingWriter& writer) {
        ASSERT_TRUE(writer.add_event(test::example_event("a")).ok());
        for (uint64_t i = 0; i < 100; ++i) ASSERT_TRUE(writer.add_record(0, i, 0, Bytes(997)).ok());
      },
      {1, 10000});
  std::vector<uint32_t> counts;
  for (const auto& place : test::blocks_of(file)) {
    if (place.header.is(BlockType::Columns)) counts.push_back(place.header.count);
  }
  EXPECT_EQ(counts, std::vector<uint32_t>(10, 10));
}

TEST(Writer, FallingTimeBeginsANewBlock) {
  Bytes file = test::write_recording([](RecordingWriter& writer) {
    ASSERT_TRUE(writer.add_event(test::example_event("a")).ok());
    for (uint64_t time : {10, 20, 15, 30}) ASSERT_TRUE(writer.add_record(0, time, 0, Bytes{1}).ok());
    ASSERT_TRUE(writer.finish({}).ok());
  });
  auto reader = test::open_bytes(file);
  std::vector<uint64_t> times;
  for (const auto& row : test::rows_of(*reader)) times.push_back(row.time_ns);
  EXPECT_EQ(times, (std::vector<uint64_t>{10, 15, 20, 30}));
}

TEST(Writer, RecordOf64KiBIsTakenAndALongerOneRefused) {
  Bytes file = test::write_recording([](RecordingWriter& writer) {
    ASSERT_TRUE(writer.add_event(test::example_event("a")).ok());
    ASSERT_TRUE(writer.add_record(0, 1, 0, Bytes(65536, 9)).ok());
    auto refused = writer.add_record(0, 2, 0, Bytes(65537));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message, "a record of 65537 bytes is longer than 64 KiB");
    ASSERT_TRUE(writer.add_record(0, 3, 0, Bytes{1}).ok());
    ASSERT_TRUE(writer.finish({}).ok());
  });
  auto reader = test::open_bytes(file);
  auto rows = test::rows_of(*reader);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].bytes, Bytes(65536, 9));
}

TEST(Writer, RecordOfAnUnknownEventOrImpossibleCpuIsRefused) {
  auto writer = writer_to_nothing();
  EXPECT_EQ(writer->add_record(0, 1, 0, {}).error().message, "event number 0 was not added to the recording");
  ASSERT_TRUE(writer->add_event(test::example_event("a")).ok());
  EXPECT_EQ(writer->add_record(kUnknownCpu, 1, 0, {}).error().message, "impossible CPU 4294967295");
}

TEST(Writer, WhatNoReaderTakesIsRefused) {
  auto writer = writer_to_nothing();
  EventInfo event = test::example_event("a");
  event.schema.format = std::string(kMaxTextBytes + 1, 'x');
  EXPECT_EQ(writer->add_event(event).error().message, "event uprobes:a is too large for a recording");
  EXPECT_EQ(*writer->add_event(test::example_event("b")), 0u);
}

TEST(Writer, SessionIsWrittenOnce) {
  auto writer = writer_to_nothing();
  EXPECT_TRUE(writer->write_session({}).ok());
  EXPECT_FALSE(writer->write_session({}).ok());
}

TEST(Writer, NothingIsTakenAfterFinish) {
  auto writer = writer_to_nothing();
  ASSERT_TRUE(writer->add_event(test::example_event("a")).ok());
  ASSERT_TRUE(writer->finish({}).ok());
  EXPECT_FALSE(writer->add_record(0, 1, 0, {}).ok());
  EXPECT_FALSE(writer->add_task({}).ok());
  EXPECT_FALSE(writer->flush().ok());
  EXPECT_FALSE(writer->finish({}).ok());
}

TEST(Writer, FlushPutsEverythingIntoTheFile) {
  Bytes file = test::write_recording([](RecordingWriter& writer) {
    test::fill_typical(writer, false);
    EXPECT_EQ(writer.records_written(), 30u);
    ASSERT_TRUE(writer.flush().ok());
    uint64_t bytes = writer.bytes_written();
    ASSERT_TRUE(writer.flush().ok());
    EXPECT_EQ(writer.bytes_written(), bytes);
  });
  auto reader = test::open_bytes(file);
  EXPECT_EQ(reader->totals().records, 30u);
  EXPECT_EQ(reader->losses().size(), 2u);
}

TEST(Writer, AfterAFailedWriteOnlyWhatIsInTheFileIsCounted) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  auto handler = std::signal(SIGPIPE, SIG_IGN);
  auto writer = RecordingWriter::create(Fd(ends[1]), "pipe");
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->add_event(test::example_event("a")).ok());
  ASSERT_TRUE((*writer)->add_record(0, 1, 0, {}).ok());
  ASSERT_TRUE((*writer)->flush().ok());
  ::close(ends[0]);
  ASSERT_TRUE((*writer)->add_record(0, 2, 0, {}).ok());
  EXPECT_EQ((*writer)->records_written(), 2u);
  EXPECT_EQ((*writer)->flush().error().message, "cannot write pipe: Broken pipe");
  EXPECT_EQ((*writer)->add_record(0, 3, 0, {}).error().message, "cannot write pipe: Broken pipe");
  EXPECT_EQ((*writer)->finish({}).error().message, "cannot write pipe: Broken pipe");
  EXPECT_EQ((*writer)->records_written(), 1u);
  std::signal(SIGPIPE, handler);
}

}  // namespace
}  // namespace uproar
