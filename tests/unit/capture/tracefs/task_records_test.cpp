#include "capture/tracefs/task_records.h"

#include <gtest/gtest.h>
#include <sched.h>

#include "base/byte_writer.h"
#include "event/ring_page.h"
#include "support/collecting_sink.h"
#include "support/kernel_fixture.h"

namespace uproar {
namespace {

std::vector<uint8_t> padded(const std::string& name) {
  std::vector<uint8_t> bytes(name.begin(), name.end());
  bytes.resize(16);
  return bytes;
}

// Records as Linux 6.18 writes them.
class TaskRecordsTest : public ::testing::Test {
 protected:
  std::vector<uint8_t> begin(const EventSchema& schema, int32_t tid) {
    ByteWriter record;
    record.u16(schema.kernel_type);
    record.u16(0);
    record.u32(static_cast<uint32_t>(tid));
    return {record.view().begin(), record.view().end()};
  }
  void fork(int32_t maker, int32_t tid, const std::string& comm, uint64_t flags = 0) {
    ByteWriter rest;
    rest.u32(static_cast<uint32_t>(tid));
    rest.bytes(padded(comm));
    rest.u32(0);
    rest.u64(flags);
    rest.u64(0);
    take(newtask_, maker, rest);
  }
  void rename(int32_t tid, const std::string& comm) {
    ByteWriter rest;
    rest.u32(static_cast<uint32_t>(tid));
    rest.bytes(padded("before"));
    rest.bytes(padded(comm));
    rest.u64(0);
    take(rename_, tid, rest);
  }
  void take(const EventSchema& schema, int32_t tid, const ByteWriter& rest) {
    std::vector<uint8_t> record = begin(schema, tid);
    record.insert(record.end(), rest.view().begin(), rest.view().end());
    EXPECT_TRUE(records_.take(++time_, record, sink_).ok());
  }

  KernelFixture kernel_{"6.18"};
  EventSchema newtask_ = kernel_.schema("task:task_newtask");
  EventSchema rename_ = kernel_.schema("task:task_rename");
  TaskRecords records_{newtask_, rename_};
  test::CollectingSink sink_;
  uint64_t time_ = 0;
};

TEST_F(TaskRecordsTest, ForkIsANewProcessUnderItsMakersName) {
  fork(7, 12, "sh");
  EXPECT_EQ(sink_.tasks_as_text(), "fork 12 of 12 by 7: sh\n");
  EXPECT_EQ(sink_.tasks[0].time_ns, 1u);
}

TEST_F(TaskRecordsTest, ThreadBelongsToItsMakersProcess) {
  records_.know(8, 7);
  fork(8, 12, "worker", CLONE_THREAD);
  fork(12, 13, "worker", CLONE_THREAD);
  EXPECT_EQ(sink_.tasks_as_text(), "fork 12 of 7 by 8: worker\nfork 13 of 7 by 12: worker\n");
}

TEST_F(TaskRecordsTest, RenameIsOfTheTaskThatTheRecordNames) {
  rename(12, "cat");
  EXPECT_EQ(sink_.tasks_as_text(), "rename 12 of 0: cat\n");
}

TEST_F(TaskRecordsTest, ThreadWhoseMakerIsReadLaterWaitsForIt) {
  fork(12, 13, "thread", CLONE_THREAD);  // read from another CPU than what made task 12
  ASSERT_TRUE(records_.settle(false, sink_).ok());
  EXPECT_EQ(sink_.tasks_as_text(), "");
  fork(7, 12, "sh");
  ASSERT_TRUE(records_.settle(false, sink_).ok());
  EXPECT_EQ(sink_.tasks_as_text(), "fork 12 of 12 by 7: sh\nfork 13 of 12 by 12: thread\n");
}

TEST_F(TaskRecordsTest, ChainOfWaitingThreadsIsSettledAtOnce) {
  fork(13, 14, "c", CLONE_THREAD);
  fork(12, 13, "b", CLONE_THREAD);
  records_.know(12, 7);
  ASSERT_TRUE(records_.settle(false, sink_).ok());
  EXPECT_EQ(sink_.tasks_as_text(), "fork 13 of 7 by 12: b\nfork 14 of 7 by 13: c\n");
}

TEST_F(TaskRecordsTest, ThreadOfNobodyGoesOutWithoutAProcessInTheEnd) {
  fork(12, 13, "thread", CLONE_THREAD);
  ASSERT_TRUE(records_.settle(true, sink_).ok());
  EXPECT_EQ(sink_.tasks_as_text(), "fork 13 of 0 by 12: thread\n");
  ASSERT_TRUE(records_.settle(true, sink_).ok());
  EXPECT_EQ(sink_.tasks.size(), 1u);
}

TEST_F(TaskRecordsTest, OnlySoManyThreadsWait) {
  for (int i = 0; i < 5000; ++i) fork(1'000'000 + i, 2'000'000 + i, "t", CLONE_THREAD);
  ASSERT_TRUE(records_.settle(false, sink_).ok());
  EXPECT_EQ(sink_.tasks.size(), 5000u);
}

TEST_F(TaskRecordsTest, RecordThatMakesNoSenseTellsNothing) {
  std::vector<uint8_t> cut = begin(newtask_, 7);
  EXPECT_TRUE(records_.take(1, cut, sink_).ok());
  EXPECT_TRUE(records_.take(1, std::span<const uint8_t>(cut).first(3), sink_).ok());
  cut[0] = 0xff;  // of no event of ours
  EXPECT_TRUE(records_.take(1, cut, sink_).ok());
  EXPECT_EQ(sink_.tasks.size(), 0u);
}

TEST_F(TaskRecordsTest, FullDiskIsPassedOn) {
  sink_.full = true;
  std::vector<uint8_t> record = begin(rename_, 7);
  record.resize(64);
  EXPECT_EQ(records_.take(1, record, sink_).error().message, "the disk is full");
}

TEST_F(TaskRecordsTest, PagesOfAKernelGiveTheForkAndTheNamesOfThePrintedTrace) {
  for (const auto& page_bytes : kernel_.pages("all")) {
    RingPage page(page_bytes);
    RingPage::Record record;
    while (page.next(record)) ASSERT_TRUE(records_.take(record.time_ns, record.bytes, sink_).ok());
  }
  const std::string text = sink_.tasks_as_text();
  EXPECT_NE(text.find("rename 9602 of 0: setarch\n"), std::string::npos) << text;
  EXPECT_NE(text.find("rename 9602 of 0: fx-1 [000] d\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace uproar
