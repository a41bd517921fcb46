#include "recording/sinks/rotating_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <random>

#include "recording/sinks/kept_head.h"
#include "support/recordings.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

using test::Bytes;

constexpr uint64_t kLimit = 64 << 10;

// Numbers that nothing can compress, so that the file grows.
Bytes record_of(uint32_t number) {
  Bytes record = {0x2a, 7, 0, 0, 0xe1, 0x10, 0, 0, 0x10, 0, 0x40, 0, 0, 0, 0, 0};
  for (size_t byte = 0; byte < 4; ++byte) record.push_back(static_cast<uint8_t>(number >> (8 * byte)));
  std::minstd_rand random(number + 1);
  for (int i = 0; i < 64; ++i) record.push_back(static_cast<uint8_t>(random() >> 8));
  return record;
}

// With 16 words of 4 bytes behind `n`, so that all bytes of record_of() belong to an argument.
EventInfo noisy_event() {
  EventInfo event = test::example_event("hit");
  event.schema.fields.push_back({"noise", Field::Kind::Hex, 4, 16, 20});
  return event;
}

uint32_t number_of(const Bytes& record) {
  uint32_t number = 0;
  for (size_t byte = 0; byte < 4; ++byte) number |= uint32_t{record[16 + byte]} << (8 * byte);
  return number;
}

class RotatingFileTest : public testing::Test {
 protected:
  std::unique_ptr<RecordingWriter> writer(FsyncPolicy fsync = FsyncPolicy::Never, uint64_t limit = kLimit) {
    Fd fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    RecordingWriter::Options options;
    options.block_bytes = 4096;
    options.max_bytes = limit;
    options.fsync = fsync;
    auto created = RecordingWriter::create(std::move(fd), "out.upr", options);
    EXPECT_TRUE(created.ok());
    return std::move(*created);
  }

  void begin(RecordingWriter& to) {
    SessionInfo session;
    session.host = "host";
    ASSERT_TRUE(to.write_session(session).ok());
    ASSERT_TRUE(to.add_event(noisy_event()).ok());
    ASSERT_TRUE(to.add_anchor({1, 2, 3}).ok());
    TaskInfo task;
    task.tid = task.pid = 4321;
    task.comm = "worker";
    ASSERT_TRUE(to.add_task(task).ok());
    ASSERT_TRUE(to.flush().ok());
  }
  void add(RecordingWriter& to, uint32_t first, uint32_t count) {
    for (uint32_t i = first; i < first + count; ++i) {
      ASSERT_TRUE(to.add_record(i % 2, 1'000'000 + i * uint64_t{1000}, 0, record_of(i)).ok()) << i;
      if (i % 100 != 99) continue;
      ASSERT_TRUE(to.flush().ok());
    }
  }

  uint64_t size() const {
    struct stat info {};
    return ::stat(path_.c_str(), &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename());
    return names;
  }
  // The numbers of the records in the file, which must be sound.
  std::vector<uint32_t> numbers() {
    auto reader = RecordingReader::open(path_);
    EXPECT_TRUE(reader.ok());
    std::vector<uint32_t> found;
    for (const test::Row& row : test::rows_of(**reader)) found.push_back(number_of(row.bytes));
    EXPECT_TRUE((*reader)->damage().empty());
    EXPECT_EQ((*reader)->session().host, "host");
    EXPECT_EQ((*reader)->tasks().comm(4321, ~uint64_t{0}), "worker");
    EXPECT_FALSE((*reader)->anchors().empty());
    return found;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.path("out.upr");
};

TEST_F(RotatingFileTest, NewestAreThereAndNoneIsMissingInBetween) {
  auto to = writer();
  begin(*to);
  uint64_t largest = 0;
  for (uint32_t i = 0; i < 20000; i += 100) {
    add(*to, i, 100);
    largest = std::max(largest, size());
    if (i % 1700 == 0) {
      auto found = numbers();
      ASSERT_FALSE(found.empty());
      EXPECT_EQ(found.back(), i + 99);
    }
  }
  EXPECT_LE(largest, kLimit);
  const uint64_t removed = to->records_removed();
  ASSERT_TRUE(to->finish({20000, 0, 20000, true, false}).ok());
  to.reset();
  EXPECT_LE(size(), kLimit);
  EXPECT_GT(size(), kLimit / 3);

  auto found = numbers();
  EXPECT_EQ(found.size() + removed, 20000u);
  EXPECT_EQ(found.back(), 19999u);
  // Both CPUs are cut where both had been flushed.
  for (size_t i = 1; i < found.size(); ++i) ASSERT_EQ(found[i], found[i - 1] + 1);
  EXPECT_EQ(files(), std::vector<std::string>{"out.upr"});
}

TEST_F(RotatingFileTest, RemovedRecordsAreLossesSoThatHitsAreRecordedAndLost) {
  auto to = writer();
  begin(*to);
  ASSERT_TRUE(to->add_loss({LossInfo::Kind::Overrun, 1, 5000, 7}).ok());
  add(*to, 0, 10000);
  ASSERT_TRUE(to->finish({10000, 7, 10007, true, false}).ok());
  to.reset();
  auto reader = RecordingReader::open(path_);
  ASSERT_TRUE(reader.ok());
  uint64_t rows = test::rows_of(**reader).size();
  ASSERT_TRUE((*reader)->end().has_value());
  EXPECT_EQ((*reader)->end()->events, rows);
  EXPECT_EQ((*reader)->end()->events + (*reader)->end()->lost, 10007u);
  EXPECT_EQ((*reader)->totals().lost, (*reader)->end()->lost);
  std::vector<uint32_t> cpus;
  for (const LossInfo& loss : (*reader)->losses()) {
    if (loss.kind != LossInfo::Kind::Rotated) continue;
    cpus.push_back(loss.cpu);
    EXPECT_GT(loss.time_ns, 1'000'000u);
  }
  EXPECT_EQ(cpus, (std::vector<uint32_t>{0, 1})) << "one sum for each CPU";
}

TEST_F(RotatingFileTest, ModeAndNameStay) {
  auto to = writer();
  begin(*to);
  add(*to, 0, 1000);
  // As `record` does once it records.
  std::string renamed = folder_.path("renamed.upr");
  ASSERT_EQ(::rename(path_.c_str(), renamed.c_str()), 0);
  path_ = renamed;
  add(*to, 1000, 5000);
  ASSERT_TRUE(to->finish({6000, 0, 6000, true, false}).ok());
  EXPECT_EQ(files(), std::vector<std::string>{"renamed.upr"});
  EXPECT_EQ(numbers().back(), 5999u);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  mode_t mask = ::umask(0);
  ::umask(mask);
  EXPECT_EQ(info.st_mode & 0777, 0640u & ~mask);
}

TEST_F(RotatingFileTest, EveryPolicyGivesTheSameRecords) {
  for (FsyncPolicy policy : {FsyncPolicy::Never, FsyncPolicy::End, FsyncPolicy::Flush}) {
    std::filesystem::remove(path_);
    auto to = writer(policy);
    begin(*to);
    add(*to, 0, 3000);
    ASSERT_TRUE(to->finish({3000, 0, 3000, true, false}).ok());
    to.reset();
    EXPECT_LE(size(), kLimit);
    EXPECT_EQ(numbers().back(), 2999u);
  }
}

TEST_F(RotatingFileTest, RemovedNameIsAnError) {
  auto to = writer();
  begin(*to);
  ASSERT_EQ(::unlink(path_.c_str()), 0);
  Result<void> result;
  for (uint32_t i = 0; i < 5000 && result.ok(); ++i) result = to->add_record(0, i, 0, record_of(i));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "out.upr was removed, or replaced by another file, while it was written");
  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(RotatingFileTest, HeadThatLeavesNoRoomIsAnError) {
  auto to = writer();
  begin(*to);
  EventInfo large = test::example_event("large");
  std::minstd_rand random(5);
  while (large.definition.size() < 60'000) large.definition += static_cast<char>('!' + random() % 90);
  ASSERT_TRUE(to->add_event(large).ok());
  Result<void> result;
  for (uint32_t i = 0; i < 5000 && result.ok(); ++i) result = to->add_record(0, i, 0, record_of(i));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message.find("the limit of out.upr is too small: what explains its events takes "),
            0u)
      << result.error().message;
  to.reset();
  EXPECT_LE(size(), kLimit);
  EXPECT_EQ(files(), std::vector<std::string>{"out.upr"});
  (void)numbers();
}

TEST_F(RotatingFileTest, PipeIsRefused) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  Fd reading(ends[0]);
  RecordingWriter::Options options;
  options.max_bytes = kLimit;
  auto created = RecordingWriter::create(Fd(ends[1]), "standard output", options);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().message, "standard output is no regular file");
}

TEST_F(RotatingFileTest, FullDiskLeavesTheOldFileWhole) {
  auto to = writer(FsyncPolicy::Never, uint64_t{1} << 20);
  begin(*to);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{100'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  Result<void> result;
  for (uint32_t i = 0; i < 5000 && result.ok(); ++i) result = to->add_record(0, i, 0, record_of(i));
  to.reset();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "cannot write out.upr: File too large");
  auto found = numbers();
  EXPECT_GT(found.size(), 500u);
  for (size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], i);
}

}  // namespace
}  // namespace uproar
