#include "recording/reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "support/recordings.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

using test::Bytes;

Bytes typical(bool finished = true) {
  return test::write_recording([=](RecordingWriter& writer) { test::fill_typical(writer, finished); });
}

void put(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

TEST(Reader, GivesBackWhatWasWritten) {
  auto reader = test::open_bytes(typical());
  EXPECT_EQ(reader->session().host, "db-7");
  EXPECT_EQ(reader->session().cpus, 4u);
  ASSERT_EQ(reader->events().size(), 2u);
  EXPECT_EQ(reader->events()[1].sites.size(), 2u);
  EXPECT_EQ(reader->tasks().comm(4400, 1300), "worker");
  EXPECT_EQ(reader->tasks().comm(4400, 1450), "child");
  ASSERT_EQ(reader->losses().size(), 2u);
  EXPECT_EQ(reader->losses()[1].cpu, kUnknownCpu);
  ASSERT_EQ(reader->anchors().size(), 2u);
  ASSERT_TRUE(reader->end());
  EXPECT_EQ(reader->end()->hits, 38u);
  EXPECT_TRUE(reader->damage().empty());
  auto rows = test::rows_of(*reader);
  ASSERT_EQ(rows.size(), 30u);
  for (uint32_t i = 0; i < 30; ++i) {
    EXPECT_EQ(rows[i].time_ns, 1000 + 10 * i);
    EXPECT_EQ(rows[i].cpu, i % 3);
    EXPECT_EQ(rows[i].event, i % 2 ? "done" : "hit");
  }
}

TEST(Reader, TotalsAreKnownBeforeTheRecordsAreRead) {
  auto totals = test::open_bytes(typical())->totals();
  EXPECT_EQ(totals.records, 30u);
  EXPECT_EQ(totals.lost, 8u);
  EXPECT_EQ(totals.first_ns, 1000u);
  EXPECT_EQ(totals.last_ns, 1290u);
  EXPECT_EQ(totals.cpus, (std::vector<uint32_t>{0, 1, 2}));
}

TEST(Reader, RewindBeginsAgain) {
  auto reader = test::open_bytes(typical());
  auto rows = test::rows_of(*reader);
  reader->rewind();
  EXPECT_EQ(test::rows_of(*reader), rows);
}

TEST(Reader, RecordingWithoutRecordsHasEmptyTotals) {
  auto reader = test::open_bytes(
      test::write_recording([](RecordingWriter& writer) { ASSERT_TRUE(writer.finish({}).ok()); }));
  auto totals = reader->totals();
  EXPECT_EQ(totals.records + totals.first_ns + totals.last_ns + totals.cpus.size(), 0u);
  EXPECT_TRUE(reader->end());
  EXPECT_TRUE(reader->damage().empty());
}

TEST(Reader, KilledRecorderLeavesNoEndAndNoDamage) {
  auto reader = test::open_bytes(typical(false));
  EXPECT_FALSE(reader->end());
  EXPECT_TRUE(reader->damage().empty());
  EXPECT_EQ(test::rows_of(*reader).size(), 30u);
}

TEST(Reader, FileOfAHeaderOnlyIsAnEmptyRecording) {
  Bytes file = typical();
  file.resize(16);
  auto reader = test::open_bytes(file);
  EXPECT_TRUE(reader->damage().empty());
  EXPECT_FALSE(reader->end());
}

TEST(Reader, FileAndPipeGiveTheSameAsMemory) {
  TemporaryFolder folder;
  Bytes file = typical();
  std::string path = folder.path("a.upr");
  put(path, file);
  auto from_file = RecordingReader::open(path);
  ASSERT_TRUE(from_file.ok());
  auto from_memory = test::open_bytes(file);
  std::string expected = test::dump(*from_memory);
  EXPECT_EQ(test::dump(**from_file), expected);
  EXPECT_EQ((*from_file)->file_bytes(), file.size());

  std::string pipe = folder.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread feeder([&] { put(pipe, file); });
  auto from_pipe = RecordingReader::open(pipe);
  feeder.join();
  ASSERT_TRUE(from_pipe.ok());
  EXPECT_EQ(test::dump(**from_pipe), expected);
}

TEST(Reader, DashIsStandardInput) {
  TemporaryFolder folder;
  std::string path = folder.path("a.upr");
  put(path, typical());
  int before = ::dup(STDIN_FILENO);
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ::dup2(file, STDIN_FILENO);
  auto reader = RecordingReader::open("-");
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  ::close(file);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(test::rows_of(**reader).size(), 30u);
}

TEST(Reader, RecordingThatIsStillWrittenIsReadAsFarAsItGoes) {
  TemporaryFolder folder;
  std::string path = folder.path("growing.upr");
  auto fd = open_file(path, O_RDWR | O_CREAT);
  ASSERT_TRUE(fd.ok());
  auto writer = RecordingWriter::create(std::move(*fd), path);
  ASSERT_TRUE(writer.ok());
  test::fill_typical(**writer, false);
  ASSERT_TRUE((*writer)->flush().ok());
  auto reader = RecordingReader::open(path);
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*writer)->add_record(0, 5000, 0, Bytes{1}).ok());
  ASSERT_TRUE((*writer)->finish({}).ok());
  EXPECT_EQ(test::rows_of(**reader).size(), 30u);
  EXPECT_FALSE((*reader)->end());
  EXPECT_TRUE((*reader)->damage().empty());
}

TEST(Reader, OfAFileThatHasGrownOnlyTheNewBlocksAreGiven) {
  TemporaryFolder folder;
  std::string path = folder.path("growing.upr");
  auto fd = open_file(path, O_RDWR | O_CREAT);
  ASSERT_TRUE(fd.ok());
  auto writer = RecordingWriter::create(std::move(*fd), path);
  ASSERT_TRUE(writer.ok());
  test::fill_typical(**writer, false);
  ASSERT_TRUE((*writer)->flush().ok());
  auto before = RecordingReader::open(path);
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(test::rows_of(**before).size(), 30u);
  ASSERT_TRUE((*writer)->add_record(0, 5000, 0, Bytes{1}).ok());
  ASSERT_TRUE((*writer)->finish({}).ok());
  auto after = RecordingReader::open(path);
  ASSERT_TRUE(after.ok());
  (*after)->choose_blocks_from((*before)->next_block());
  EXPECT_EQ(test::rows_of(**after).size(), 1u);
  (*after)->choose_blocks_from(0);
  EXPECT_EQ(test::rows_of(**after).size(), 31u);
  (*after)->choose_blocks_from((*after)->next_block());
  EXPECT_EQ(test::rows_of(**after).size(), 0u);
}

TEST(Reader, FileThatIsNotThereNamesTheRemedy) {
  auto reader = RecordingReader::open("/tmp/uproar-no-such-file.upr");
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(render(reader.error()),
            "error: cannot open /tmp/uproar-no-such-file.upr: No such file or directory\n"
            "  help: uproar record -o /tmp/uproar-no-such-file.upr writes one\n");
}

TEST(Reader, DirectoryIsNoRecording) {
  TemporaryFolder folder;
  auto reader = RecordingReader::open(folder.path());
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().message, folder.path() + " is a directory");
}

}  // namespace
}  // namespace uproar
