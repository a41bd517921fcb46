// perf.data that is written here and read again.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "convert/kernel_format.h"
#include "convert/perf_data/perf_data_encode.h"
#include "convert/perf_data/perf_data_export.h"
#include "convert/perf_data/perf_data_import.h"
#include "support/converted.h"

namespace uproar {
namespace {

constexpr uint64_t kUser = static_cast<uint64_t>(-512);

EventInfo take_event() {
  EventInfo event;
  event.schema.group = "app";
  event.schema.name = "take";
  event.schema.kernel_type = 1234;
  Field number, text;
  number.name = "n";
  number.kind = Field::Kind::Signed;
  number.size = 4;
  text.name = "s";
  text.kind = Field::Kind::String;
  text.size = 4;
  event.schema.fields = {number, text};
  event.schema = packed_schema(event.schema);
  event.schema.format = format_text(event.schema);
  event.has_stacks = true;
  return event;
}

std::vector<uint8_t> record(int32_t tid, int32_t n, std::string_view text) {
  ByteWriter out;
  out.u16(1234);
  out.u16(0);
  out.u32(static_cast<uint32_t>(tid));
  out.u64(0x401136);
  out.u32(static_cast<uint32_t>(n));
  out.u32(static_cast<uint32_t>((text.size() + 1) << 16 | 24));
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  out.u8(0);
  return {out.view().begin(), out.view().end()};
}

class Recording {
 public:
  Recording() : fd_(::memfd_create("recording", 0)) {
    writer_ = std::move(*RecordingWriter::create(Fd(::dup(fd_.get())), "recording"));
  }
  RecordingWriter& writer() { return *writer_; }
  std::unique_ptr<RecordingReader> reader() {
    std::vector<uint8_t> bytes(static_cast<size_t>(::lseek(fd_.get(), 0, SEEK_END)));
    EXPECT_EQ(::pread(fd_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    auto reader = RecordingReader::from_bytes(std::move(bytes), "recording");
    EXPECT_TRUE(reader.ok());
    return std::move(*reader);
  }

 private:
  Fd fd_;
  std::unique_ptr<RecordingWriter> writer_;
};

void fill(RecordingWriter& writer) {
  SessionInfo session;
  session.host = "box";
  session.kernel = "6.18";
  session.machine = "x86_64";
  session.clock = "mono";
  session.cpus = 2;
  ASSERT_TRUE(writer.write_session(session).ok());
  ASSERT_TRUE(writer.add_event(take_event()).ok());
  TaskInfo task;
  task.tid = task.pid = 10;
  task.comm = "app";
  ASSERT_TRUE(writer.add_task(task).ok());
  MapInfo map;
  map.pid = map.tid = 10;
  map.start = 0x401000;
  map.length = 0x1000;
  map.page_offset = 0x1000;
  map.path = "/nowhere/app";
  map.build_id = "00112233445566778899aabbccddeeff00112233";
  map.protection = 5;
  map.flags = 2;
  ASSERT_TRUE(writer.add_map(map).ok());
  const uint64_t stack[] = {kUser, 0x401136, 0x4011ff};
  ASSERT_TRUE(writer.add_record(1, 2000, 0, record(10, -3, "ones"), stack).ok());
  task = {};
  task.kind = TaskInfo::Kind::Fork;
  task.time_ns = 2500;
  task.pid = 10;
  task.tid = 11;
  task.parent_tid = task.parent_pid = 10;
  task.cpu = 1;
  ASSERT_TRUE(writer.add_task(task).ok());
  task.kind = TaskInfo::Kind::Rename;
  task.parent_tid = task.parent_pid = 0;
  task.time_ns = 2600;
  task.parent_tid = task.parent_pid = 0;
  task.comm = "worker";
  ASSERT_TRUE(writer.add_task(task).ok());
  ASSERT_TRUE(writer.add_record(0, 3000, 0, record(11, 7, ""), std::span(stack).first(2)).ok());
  LossInfo loss;
  loss.kind = LossInfo::Kind::Dropped;
  loss.cpu = 0;
  loss.time_ns = 3500;
  loss.count = 5;
  ASSERT_TRUE(writer.add_loss(loss).ok());
  ASSERT_TRUE(writer.finish({.events = 2, .lost = 5}).ok());
}

// What of a recording a perf.data can carry, as text.
std::string text_of(RecordingReader& reader) {
  std::string out;
  const auto add = [&out](const auto&... parts) {
    ((out += parts, out += ' '), ...);
    out.back() = '\n';
  };
  const auto number = [](auto value) { return std::to_string(static_cast<int64_t>(value)); };
  add("session", reader.session().host, reader.session().kernel, reader.session().clock);
  for (const EventInfo& event : reader.events())
    add("event", event.schema.full_name(), number(event.has_stacks), event.schema.format);
  for (const TaskInfo& task : reader.task_events())
    add("task", number(task.kind), number(task.time_ns), number(task.pid), number(task.tid),
        number(task.parent_tid), task.comm);
  for (const MapInfo& map : reader.maps())
    add("map", number(map.time_ns), number(map.pid), number(map.start), number(map.length),
        number(map.page_offset), map.path, map.build_id, number(map.protection));
  for (const LossInfo& loss : reader.losses())
    add("loss", number(loss.kind), number(loss.time_ns), number(loss.count));
  StoredRecord record;
  while (reader.next(record)) {
    out += "record " + number(record.time_ns) + " " + number(record.cpu) + " " + number(record.event) + " ";
    for (const uint8_t byte : record.bytes) out += number(byte) + ",";
    for (const uint64_t address : record.stack) out += " " + number(address);
    out += '\n';
  }
  return out;
}

std::vector<uint8_t> exported(RecordingReader& reader, bool file_form) {
  std::vector<uint8_t> bytes;
  auto output = ByteOutput::to_memory(bytes);
  const auto outcome =
      export_perf_data(*test::whole(reader), *output,
                       {file_form ? PerfDataOptions::Form::File : PerfDataOptions::Form::Pipe}, {});
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.value().events, 2u);
  EXPECT_EQ(outcome.value().lost, 5u);
  EXPECT_TRUE(outcome.value().notes.empty());
  return bytes;
}

ImportOutcome imported(std::vector<uint8_t> bytes, RecordingWriter& writer) {
  auto input = ByteInput::from_bytes(std::move(bytes), "x");
  auto outcome = import_perf_data(*input, writer, {});
  EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? "" : outcome.error().message);
  return outcome.ok() ? std::move(*outcome) : ImportOutcome();
}

class PerfDataForms : public testing::TestWithParam<bool> {};

TEST_P(PerfDataForms, ThereAndBack) {
  Recording first, second;
  fill(first.writer());
  const auto bytes = exported(*first.reader(), GetParam());
  const ImportOutcome outcome = imported(bytes, second.writer());
  EXPECT_EQ(outcome.events, 2u);
  EXPECT_EQ(outcome.lost, 5u);
  EXPECT_TRUE(outcome.damage.empty());
  EXPECT_TRUE(outcome.notes.empty());
  EXPECT_EQ(text_of(*second.reader()), text_of(*first.reader()));
}

TEST_P(PerfDataForms, CutAnywhere) {
  Recording first;
  fill(first.writer());
  const auto bytes = exported(*first.reader(), GetParam());
  for (size_t size = 1; size < bytes.size(); ++size) {
    Recording second;
    auto input =
        ByteInput::from_bytes(std::vector(bytes.begin(), bytes.begin() + static_cast<int>(size)), "x");
    const auto outcome = import_perf_data(*input, second.writer(), {});
    if (size < (GetParam() ? kPerfFileHeaderSize : kPerfPipeHeaderSize)) {
      EXPECT_FALSE(outcome.ok());
      continue;
    }
    ASSERT_TRUE(outcome.ok()) << size;
    auto reader = second.reader();
    uint64_t events = 0;
    StoredRecord record;
    while (reader->next(record)) ++events;
    EXPECT_EQ(events, outcome.value().events);
    if (events < 2 && GetParam()) {
      EXPECT_FALSE(outcome.value().damage.empty()) << size;
    }
  }
}

TEST_P(PerfDataForms, EveryByteFlipped) {
  Recording first;
  fill(first.writer());
  const auto bytes = exported(*first.reader(), GetParam());
  for (size_t at = 0; at < bytes.size(); ++at) {
    auto flipped = bytes;
    flipped[at] ^= 0xff;
    Recording second;
    auto input = ByteInput::from_bytes(std::move(flipped), "x");
    (void)import_perf_data(*input, second.writer(), {}).ok();  // whatever it is, it ends
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, PerfDataForms, testing::Bool(),
                         [](const auto& info) { return info.param ? "File" : "Pipe"; });

TEST(PerfDataImport, RecorderThatWasKilledLeftNoSizeAndNoFormats) {
  Recording first, second;
  fill(first.writer());
  auto bytes = exported(*first.reader(), true);
  for (int i = 0; i < 8; ++i) bytes[48 + i] = 0;
  const uint64_t data_at = bytes[40] + 256u * bytes[41];
  ASSERT_LT(data_at, bytes.size());
  auto input = ByteInput::from_bytes(bytes, "x");
  PerfDataImportOptions options;
  options.local_formats = [](uint64_t id) {
    return id == 1234 ? LocalFormat{"app", take_event().schema.format, "box", "6.18"} : LocalFormat{};
  };
  const auto outcome = import_perf_data(*input, second.writer(), {}, options);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.value().events, 2u);
  ASSERT_FALSE(outcome.value().damage.empty());
  EXPECT_EQ(outcome.value().damage[0].offset, 40u);
  EXPECT_EQ(
      outcome.value().damage[0].reason,
      "the header tells no size of the data: the recorder was ended before it could, and names of events and "
      "machine are missing");
  const auto reader = second.reader();
  EXPECT_EQ(reader->events()[0].schema.full_name(), "tracepoint_1234")
      << "the file does not tell whose number it is";
  EXPECT_TRUE(reader->events()[0].schema.fields.empty());
}

TEST(PerfDataImport, RawDataOfWhatIsNoTracepointAreNoRecordsAndNoDamage) {
  Recording first, second;
  fill(first.writer());
  auto bytes = exported(*first.reader(), true);
  const size_t attr_at = bytes[24] + 256u * bytes[25];
  ASSERT_EQ(bytes[attr_at], PerfAttr::kTracepoint);
  bytes[attr_at] = 1;  // PERF_TYPE_SOFTWARE
  const ImportOutcome outcome = imported(bytes, second.writer());
  EXPECT_EQ(outcome.events, 0u);
  EXPECT_EQ(outcome.lost, 5u) << "what the file itself tells";
  EXPECT_TRUE(outcome.damage.empty());
  EXPECT_EQ(outcome.notes,
            std::vector<std::string>{"2 samples of app:take, which is no tracepoint, were left out"});
}

TEST(PerfDataImport, FileFormDoesNotComeThroughAPipe) {
  Recording first, second;
  fill(first.writer());
  const auto bytes = exported(*first.reader(), true);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ::close(ends[1]);
  auto input = ByteInput::open("/proc/self/fd/" + std::to_string(ends[0]));
  ASSERT_TRUE(input.ok());
  const auto outcome = import_perf_data(**input, second.writer(), {});
  ::close(ends[0]);
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(
      outcome.error().message.find("this perf.data cannot come through a pipe, its formats stand at its end"),
      std::string::npos);
}

}  // namespace
}  // namespace uproar
