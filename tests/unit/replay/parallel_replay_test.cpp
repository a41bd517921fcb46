#include "replay/parallel_replay.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>

#include "base/fd.h"
#include "recording/writer.h"

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes write(const std::function<void(RecordingWriter&)>& fill) {
  Fd fd(::memfd_create("recording", MFD_CLOEXEC));
  Fd copy(::dup(fd.get()));
  {
    auto writer =
        RecordingWriter::create(std::move(fd), "test.upr", {.compression_level = 1, .block_bytes = 4096});
    EXPECT_TRUE(writer.ok());
    for (const char* name : {"one", "two"}) {
      EventInfo event;
      event.schema.group = "g";
      event.schema.name = name;
      EXPECT_TRUE((*writer)->add_event(event).ok());
    }
    fill(**writer);
  }
  struct stat info {};
  ::fstat(copy.get(), &info);
  Bytes bytes(static_cast<size_t>(info.st_size));
  EXPECT_EQ(::pread(copy.get(), bytes.data(), bytes.size(), 0), info.st_size);
  return bytes;
}

Bytes record(uint32_t number) {
  Bytes bytes(16);
  for (int i = 0; i < 4; ++i) bytes[8 + i] = static_cast<uint8_t>(number >> (8 * i));
  return bytes;
}

// Several CPUs whose times overlap, are often equal, and fall now and then.
Bytes tangled(uint32_t records) {
  return write([&](RecordingWriter& writer) {
    std::mt19937 random(7);
    std::vector<uint64_t> now(5, 1000);
    for (uint32_t i = 0; i < records; ++i) {
      const uint32_t cpu = random() % 5;
      now[cpu] += random() % 4;
      if (random() % 2000 == 0) now[cpu] -= std::min<uint64_t>(now[cpu], 300);
      EXPECT_TRUE(writer.add_record(cpu, now[cpu], i % 2, record(i)).ok());
      if (random() % 5000 == 0) EXPECT_TRUE(writer.flush().ok());
    }
  });
}

std::string line_of(const StoredRecord& record) {
  uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number |= uint32_t{record.bytes[8 + i]} << (8 * i);
  return std::to_string(record.time_ns) + "/" + std::to_string(record.cpu) + "/" +
         std::to_string(record.event) + "/" + std::to_string(number) + "\n";
}

class Printer final : public RecordPrinter {
 public:
  void print(const StoredRecord& record, std::string& out) override { out += line_of(record); }
};

std::string in_parallel(RecordingReader& reader, unsigned threads, size_t enough = ~size_t{0}) {
  std::string text;
  ParallelReplay replay;
  std::vector<Printer> printers(threads);
  for (Printer& printer : printers) replay.printers.push_back(&printer);
  replay.write = [&](std::string_view piece) {
    text += piece;
    return text.size() < enough;
  };
  replay_in_parallel(reader.stored_blocks(), replay);
  return text;
}

std::string in_turn(RecordingReader& reader) {
  reader.rewind();
  std::string text;
  StoredRecord record;
  while (reader.next(record)) text += line_of(record);
  return text;
}

std::unique_ptr<RecordingReader> open(const Bytes& bytes) {
  auto reader = RecordingReader::from_bytes(bytes, "test.upr");
  EXPECT_TRUE(reader.ok());
  return std::move(*reader);
}

TEST(ParallelReplay, GivesWhatOneThreadGives) {
  for (uint32_t records : {0u, 1u, 3000u, 60000u}) {
    const Bytes bytes = tangled(records);
    auto reader = open(bytes);
    const std::string expected = in_turn(*reader);
    for (unsigned threads : {1u, 2u, 7u})
      EXPECT_TRUE(in_parallel(*reader, threads) == expected) << records << " " << threads;
  }
}

TEST(ParallelReplay, OnlyTheTimesThatWereChosen) {
  auto reader = open(tangled(20000));
  for (std::vector<TimeRange> ranges :
       {std::vector<TimeRange>{{2000, 2500}}, {{0, 1100}, {3000, 3001}, {5000, ~uint64_t{0}}}, {{1, 2}}}) {
    reader->choose_times(ranges);
    const std::string expected = in_turn(*reader);
    EXPECT_TRUE(in_parallel(*reader, 2) == expected);
  }
}

TEST(ParallelReplay, DamagedBlocksArePassedOverAndNotedOnce) {
  Bytes bytes = tangled(20000);
  for (size_t at : {bytes.size() / 3, bytes.size() / 2}) bytes[at] ^= 0x10;
  auto one = open(bytes), two = open(bytes);
  const std::string expected = in_turn(*one);
  EXPECT_TRUE(in_parallel(*two, 2) == expected);
  EXPECT_TRUE(in_parallel(*two, 3) == expected);
  EXPECT_EQ(two->damage().size(), one->damage().size());
  EXPECT_FALSE(two->damage().empty());
}

TEST(ParallelReplay, EndsWhenNoMoreIsWanted) {
  auto reader = open(tangled(60000));
  const std::string whole = in_turn(*reader);
  const std::string beginning = in_parallel(*reader, 2, 1000);
  EXPECT_LT(beginning.size(), whole.size());
  EXPECT_TRUE(whole.starts_with(beginning));
}

TEST(ParallelReplay, ManyBlocksOfOneTime) {
  auto reader = open(write([](RecordingWriter& writer) {
    for (uint32_t i = 0; i < 2000; ++i) {
      EXPECT_TRUE(writer.add_record(i % 300, 5000, i % 2, record(i)).ok());
      EXPECT_TRUE(writer.flush().ok());
    }
  }));
  const std::string expected = in_turn(*reader);
  for (unsigned threads : {1u, 3u}) EXPECT_TRUE(in_parallel(*reader, threads) == expected);
}

class Throwing final : public RecordPrinter {
 public:
  void print(const StoredRecord& record, std::string&) override {
    if (record.time_ns > 1500) throw std::bad_alloc();
  }
};

TEST(ParallelReplay, WhatAThreadThrowsEndsTheWork) {
  auto reader = open(tangled(20000));
  ParallelReplay replay;
  std::vector<Throwing> printers(3);
  for (Throwing& printer : printers) replay.printers.push_back(&printer);
  replay.write = [](std::string_view) { return true; };
  EXPECT_THROW(replay_in_parallel(reader->stored_blocks(), replay), std::bad_alloc);
}

}  // namespace
}  // namespace uproar
