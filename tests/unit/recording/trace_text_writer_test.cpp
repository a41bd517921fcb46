#include "recording/trace_text_writer.h"

#include <gtest/gtest.h>

#include <map>

#include "event/record_decoder.h"
#include "recording/writer.h"

namespace uproar {
namespace {

// Keeps what it is given.
class MemoryWriter : public RecordingWriter {
 public:
  struct Stored {
    uint32_t cpu;
    uint64_t time_ns;
    uint32_t event;
    std::vector<uint8_t> bytes;
  };
  Result<void> write_session(const SessionInfo&) override { return {}; }
  Result<uint32_t> add_event(const EventInfo& event) override {
    events.push_back(event);
    return static_cast<uint32_t>(events.size() - 1);
  }
  Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event, std::span<const uint8_t> record,
                          std::span<const uint64_t>) override {
    records.push_back({cpu, time_ns, event, {record.begin(), record.end()}});
    return {};
  }
  Result<void> add_task(const TaskInfo& task) override {
    tasks.push_back(task);
    return {};
  }
  Result<void> add_map(const MapInfo&) override { return {}; }
  Result<void> add_names(const AddressNames&) override { return {}; }
  Result<void> add_loss(const LossInfo& loss) override {
    losses.push_back(loss);
    return {};
  }
  Result<void> add_anchor(const ClockAnchor&) override { return {}; }
  Result<void> flush() override { return {}; }
  Result<void> finish(const EndSummary&) override { return {}; }
  uint64_t bytes_written() const override { return 0; }
  uint64_t records_written() const override { return records.size(); }

  // The first string argument of a record.
  std::string text_of(size_t index) const {
    Event event;
    EXPECT_EQ(decode_record(events[records[index].event].schema, records[index].bytes, event),
              DecodeStatus::Ok);
    for (const Value& value : event.values) {
      if (!value.text.empty()) return std::string(value.text);
    }
    return {};
  }

  std::vector<EventInfo> events;
  std::vector<Stored> records;
  std::vector<TaskInfo> tasks;
  std::vector<LossInfo> losses;
};

constexpr const char* kLine =
    "            bash-42      [001] DBZff  10.000001: readline: (0x10 <- 0x20) cmd=\"ls\"\n";

TEST(TraceTextWriter, EventsAreLearntFromTheirText) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  ASSERT_TRUE(feeder.feed(kLine).ok());
  ASSERT_TRUE(feeder.finish().ok());
  ASSERT_EQ(writer.records.size(), 1u);
  EXPECT_EQ(writer.events[0].schema.full_name(), "uprobes:readline");
  EXPECT_TRUE(writer.events[0].schema.is_return);
  EXPECT_EQ(writer.records[0].cpu, 1u);
  EXPECT_EQ(writer.records[0].time_ns, 10'000'001'000u);
  EXPECT_EQ(writer.text_of(0), "ls");
}

TEST(TraceTextWriter, LinesMayComeInAnyPieces) {
  std::string text = std::string(kLine) + kLine;
  for (size_t piece = 1; piece < 20; ++piece) {
    MemoryWriter writer;
    TraceTextWriter feeder(writer, {});
    for (size_t at = 0; at < text.size(); at += piece)
      ASSERT_TRUE(feeder.feed(std::string_view(text).substr(at, piece)).ok());
    ASSERT_TRUE(feeder.finish().ok());
    EXPECT_EQ(writer.records.size(), 2u) << piece;
  }
}

TEST(TraceTextWriter, LastLineNeedsNoNewline) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  std::string line(kLine);
  line.pop_back();
  ASSERT_TRUE(feeder.feed(line).ok());
  ASSERT_TRUE(feeder.finish().ok());
  EXPECT_EQ(writer.records.size(), 1u);
}

TEST(TraceTextWriter, StringsMayHoldNewlines) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  ASSERT_TRUE(feeder.feed("   a-1   [000] .....  1.000000: e: (0x10) s=\"one\ntwo\"\n").ok());
  ASSERT_TRUE(feeder.feed(kLine).ok());
  ASSERT_TRUE(feeder.finish().ok());
  ASSERT_EQ(writer.records.size(), 2u);
  EXPECT_EQ(writer.text_of(0), "one\ntwo");
  EXPECT_EQ(writer.text_of(1), "ls");
}

TEST(TraceTextWriter, LossesAreKept) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  ASSERT_TRUE(feeder.feed(std::string("CPU:1 [LOST 170 EVENTS]\n") + kLine).ok());
  ASSERT_EQ(writer.losses.size(), 1u);
  EXPECT_EQ(writer.losses[0].count, 170u);
  EXPECT_EQ(writer.losses[0].cpu, 1u);
  EXPECT_EQ(feeder.lost(), 170u);
}

TEST(TraceTextWriter, NamesAreToldOnceAndWhenTheyChange) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  for (const char* comm : {"a", "a", "b", "b"}) {
    ASSERT_TRUE(feeder.feed("  " + std::string(comm) + "-7   [000] .....  1.000000: e: (0x10) n=1\n").ok());
  }
  ASSERT_EQ(writer.tasks.size(), 2u);
  EXPECT_EQ(writer.tasks[0].kind, TaskInfo::Kind::Snapshot);
  EXPECT_EQ(writer.tasks[0].comm, "a");
  EXPECT_EQ(writer.tasks[1].kind, TaskInfo::Kind::Rename);
  EXPECT_EQ(writer.tasks[1].comm, "b");
}

TEST(TraceTextWriter, EventThatChangesItsShapeGetsAnotherSchema) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  ASSERT_TRUE(feeder
                  .feed("  a-7   [000] .....  1.000000: e: (0x10) n=1\n  a-7   [000] .....  2.000000: e: "
                        "(0x10) s=\"x\"\n")
                  .ok());
  EXPECT_EQ(writer.events.size(), 2u);
  EXPECT_EQ(writer.records[1].event, 1u);
}

TEST(TraceTextWriter, OtherTextIsCountedNotStored) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  ASSERT_TRUE(feeder.feed("# tracer: nop\nhello\n\n").ok());
  EXPECT_EQ(writer.records.size(), 0u);
  EXPECT_EQ(feeder.unreadable_lines(), 1u);
}

TEST(TraceTextWriter, EndlessLineIsDroppedNotKept) {
  MemoryWriter writer;
  TraceTextWriter feeder(writer, {});
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(feeder.feed(std::string(10000, 'x')).ok());
  ASSERT_TRUE(feeder.feed(std::string("\n") + kLine).ok());
  EXPECT_EQ(writer.records.size(), 1u);
}

}  // namespace
}  // namespace uproar
