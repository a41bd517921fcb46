// Files that perf made, and what perf script printed of one of them: tests/fixtures/perf-data.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "base/fd.h"
#include "convert/perf_data/perf_data_import.h"
#include "recording/reader.h"
#include "support/converted.h"

namespace uproar {
namespace {

struct Imported {
  ImportOutcome outcome;
  std::unique_ptr<RecordingReader> reader;
};

std::string sample(const std::string& name) {
  auto content = read_file(std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/perf-data/" + name);
  EXPECT_TRUE(content.ok()) << name;
  return content.ok() ? *content : "";
}

Imported imported(std::string_view bytes) {
  const Fd file(::memfd_create("recording", 0));
  auto writer = RecordingWriter::create(Fd(::dup(file.get())), "recording");
  auto input = ByteInput::from_bytes(bytes, "sample");
  PerfDataImportOptions options;
  options.look_up_names = false;
  auto outcome = import_perf_data(*input, **writer, {}, options);
  EXPECT_TRUE(outcome.ok());
  std::vector<uint8_t> recording(static_cast<size_t>(::lseek(file.get(), 0, SEEK_END)));
  EXPECT_EQ(::pread(file.get(), recording.data(), recording.size(), 0),
            static_cast<ssize_t>(recording.size()));
  auto reader = RecordingReader::from_bytes(std::move(recording), "recording");
  EXPECT_TRUE(reader.ok());
  return {std::move(*outcome), std::move(*reader)};
}

TEST(PerfDataSamples, FileOfPerfRecord) {
  const Imported plain = imported(sample("plain.data"));
  EXPECT_EQ(plain.outcome.events, 72u);
  EXPECT_EQ(plain.outcome.lost, 0u);
  EXPECT_TRUE(plain.outcome.damage.empty());
  EXPECT_TRUE(plain.outcome.notes.empty());
  EXPECT_EQ(test::printed(*plain.reader, "perf"), sample("plain.txt"));
  const SessionInfo& session = plain.reader->session();
  EXPECT_EQ(session.host, "box");
  EXPECT_EQ(session.tool, "perf 6.1.187");
  EXPECT_EQ(session.arguments.front().substr(session.arguments.front().rfind('/') + 1), "perf");
  EXPECT_EQ(session.arguments.back(), "1");
  EXPECT_EQ(session.clock, "perf");
}

// "addresses of the process's own code, as offsets from the first" of the first call chain.
std::string first_chain(RecordingReader& reader) {
  StoredRecord record;
  if (!reader.next(record)) return "none";
  std::string out = std::to_string(record.stack.size()) + " entries";
  if (!record.stack.empty()) out += record.stack[0] == static_cast<uint64_t>(-512) ? ", user" : ", something";
  return out;
}

TEST(PerfDataSamples, CompressedFile) {
  const Imported packed = imported(sample("packed.data"));
  EXPECT_EQ(packed.outcome.events, 72u);
  EXPECT_TRUE(packed.outcome.damage.empty());
  ASSERT_EQ(packed.reader->events().size(), 2u);
  EXPECT_EQ(packed.reader->events()[0].schema.full_name(), "app:leaf");
  EXPECT_TRUE(packed.reader->events()[0].has_stacks);
  EXPECT_EQ(first_chain(*packed.reader), "5 entries, user");
}

TEST(PerfDataSamples, PipeForm) {
  const Imported pipe = imported(sample("pipe.data"));
  EXPECT_EQ(pipe.outcome.events, 12u);
  EXPECT_TRUE(pipe.outcome.damage.empty());
  ASSERT_EQ(pipe.reader->events().size(), 2u);
  EXPECT_EQ(pipe.reader->events()[1].schema.full_name(), "app:back");
}

TEST(PerfDataSamples, PipeFormCutInsideItsTracingDataIsTold) {
  constexpr uint32_t kTracingData = 66;
  const std::string whole = sample("pipe.data");
  uint32_t type = 0, bytes = 0;
  uint16_t size = 0;
  size_t at = 16;
  for (; at + 12 < whole.size() && type != kTracingData; at += size) {
    std::memcpy(&type, whole.data() + at, 4);
    std::memcpy(&size, whole.data() + at + 6, 2);
    std::memcpy(&bytes, whole.data() + at + 8, 4);
  }
  ASSERT_EQ(type, kTracingData);
  const Imported cut = imported(std::string_view(whole).substr(0, at + bytes / 2));
  EXPECT_EQ(cut.outcome.events, 0u);
  ASSERT_FALSE(cut.outcome.damage.empty());
  EXPECT_EQ(cut.outcome.damage[0].reason, "the file is cut off inside its tracing data");
}

TEST(PerfDataSamples, CutAtManyPlacesEveryWholeEventIsRead) {
  for (const char* name : {"plain.data", "packed.data", "pipe.data"}) {
    const std::string whole = sample(name);
    uint64_t previous = 0;
    for (size_t size = 200; size < whole.size(); size += 97) {
      const Imported cut = imported(std::string_view(whole).substr(0, size));
      EXPECT_GE(cut.outcome.events, previous) << name << " cut at " << size;
      previous = cut.outcome.events;
    }
  }
}

}  // namespace
}  // namespace uproar
