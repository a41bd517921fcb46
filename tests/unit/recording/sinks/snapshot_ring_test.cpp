#include "recording/sinks/snapshot_ring.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>

#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

class SnapshotRingTest : public testing::Test {
 protected:
  static constexpr uint64_t kMemory = 64 << 10;

  void SetUp() override {
    ring_ = std::make_shared<SnapshotRing>(kMemory, 1);
    RecordingWriter::Options options;
    options.block_bytes = 4096;
    auto created = RecordingWriter::create(ring_, options);
    ASSERT_TRUE(created.ok());
    writer_ = std::move(*created);
    SessionInfo session;
    session.host = "host";
    ASSERT_TRUE(writer_->write_session(session).ok());
    EventInfo event = test::example_event("hit");
    event.schema.fields.push_back({"noise", Field::Kind::Hex, 4, 16, 20});
    ASSERT_TRUE(writer_->add_event(event).ok());
  }

  void add(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i, ++added_) {
      Bytes record = {0x2a, 7, 0, 0, 0xe1, 0x10, 0, 0, 0x10, 0, 0x40, 0, 0, 0, 0, 0};
      for (size_t byte = 0; byte < 4; ++byte) record.push_back(static_cast<uint8_t>(added_ >> (8 * byte)));
      std::minstd_rand random(added_ + 1);
      for (int noise = 0; noise < 64; ++noise) record.push_back(static_cast<uint8_t>(random() >> 8));
      ASSERT_TRUE(writer_->add_record(0, 1000 + added_ * uint64_t{10}, 0, record).ok());
    }
  }

  std::unique_ptr<RecordingReader> saved() {
    Fd fd(::memfd_create("snapshot", MFD_CLOEXEC));
    Fd copy(::dup(fd.get()));
    auto result = ring_->save(std::move(fd), "snap.upr", FsyncPolicy::Never);
    EXPECT_TRUE(result.ok());
    struct stat info {};
    ::fstat(copy.get(), &info);
    EXPECT_EQ(static_cast<uint64_t>(info.st_size), result->bytes);
    Bytes bytes(result->bytes);
    EXPECT_EQ(::pread(copy.get(), bytes.data(), bytes.size(), 0), info.st_size);
    auto reader = test::open_bytes(bytes);
    EXPECT_EQ(reader->totals().records, result->records);
    return reader;
  }

  std::shared_ptr<SnapshotRing> ring_;
  std::unique_ptr<RecordingWriter> writer_;
  uint32_t added_ = 0;
};

TEST_F(SnapshotRingTest, SavesAllWhileThereIsRoom) {
  add(100);
  ASSERT_TRUE(writer_->flush().ok());
  auto reader = saved();
  EXPECT_EQ(test::rows_of(*reader).size(), 100u);
  ASSERT_TRUE(reader->end().has_value());
  EXPECT_EQ(reader->end()->events, 100u);
  EXPECT_EQ(reader->end()->lost, 0u);
  EXPECT_FALSE(reader->end()->hits_known);
  EXPECT_TRUE(reader->damage().empty());
}

TEST_F(SnapshotRingTest, KeepsTheNewestAndCountsTheOthers) {
  for (int i = 0; i < 100; ++i) {
    add(100);
    ASSERT_TRUE(writer_->flush().ok());
    EXPECT_LE(ring_->bytes(), kMemory);
  }
  auto reader = saved();
  auto rows = test::rows_of(*reader);
  ASSERT_GT(rows.size(), 100u);
  EXPECT_EQ(rows.back().time_ns, 1000u + 9999 * 10);
  for (size_t i = 1; i < rows.size(); ++i) ASSERT_EQ(rows[i].time_ns, rows[i - 1].time_ns + 10);
  EXPECT_EQ(reader->end()->events + reader->end()->lost, 10000u);
  ASSERT_EQ(reader->losses().size(), 1u);
  EXPECT_EQ(reader->losses()[0].kind, LossInfo::Kind::Rotated);
  EXPECT_EQ(reader->losses()[0].count, 10000u - rows.size());
  EXPECT_EQ(reader->session().host, "host");
}

TEST_F(SnapshotRingTest, SavesAgainWithWhatCameSince) {
  add(10);
  ASSERT_TRUE(writer_->flush().ok());
  EXPECT_EQ(test::rows_of(*saved()).size(), 10u);
  add(10);
  ASSERT_TRUE(writer_->finish({20, 0, 20, true, false}).ok());
  auto reader = saved();
  EXPECT_EQ(test::rows_of(*reader).size(), 20u);
  EXPECT_TRUE(reader->end()->hits_known);
  EXPECT_EQ(reader->end()->hits, 20u);
}

TEST_F(SnapshotRingTest, DiskThatIsFullIsAnErrorAndCostsNothing) {
  add(10);
  ASSERT_TRUE(writer_->flush().ok());
  auto result = ring_->save(Fd(::open("/dev/full", O_WRONLY | O_CLOEXEC)), "snap.upr", FsyncPolicy::End);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "cannot write snap.upr: No space left on device");
  EXPECT_EQ(test::rows_of(*saved()).size(), 10u);
}

TEST_F(SnapshotRingTest, MemoryForTasksDoesNotGrowWithTheTime) {
  for (int32_t i = 0; i < 60'000; ++i) {
    const uint64_t time_ns = 20'000'000'000 + static_cast<uint64_t>(i) * 1'000'000'000;
    TaskInfo task;
    task.kind = TaskInfo::Kind::Fork;
    task.time_ns = time_ns;
    task.tid = task.pid = 100 + i;
    task.parent_tid = 1;
    task.comm = "short-lived";
    ASSERT_TRUE(writer_->add_task(task).ok());
    task.kind = TaskInfo::Kind::Exit;
    task.time_ns = time_ns + 1000;
    ASSERT_TRUE(writer_->add_task(task).ok());
    Bytes record(84, static_cast<uint8_t>(i));
    ASSERT_TRUE(writer_->add_record(0, time_ns + 500, 0, record).ok());
    if (i % 16 != 15) continue;
    ASSERT_TRUE(writer_->flush().ok());
  }
  auto reader = saved();
  EXPECT_LT(reader->task_events().size(), 30'000u) << "of 120,000";
  EXPECT_EQ(reader->tasks().comm(100 + 59'999, ~uint64_t{0}), "short-lived");
}

}  // namespace
}  // namespace uproar
