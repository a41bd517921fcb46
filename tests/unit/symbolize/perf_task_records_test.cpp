#include "symbolize/perf_task_records.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "convert/perf_data/perf_data_encode.h"
#include "support/converted.h"

namespace uproar {
namespace {

PerfLayout layout_of_ours() {
  ByteWriter out;
  append_perf_attr({.config = 1, .leads = true}, out);
  return parse_perf_attr(out.view())->layout;
}

// What becomes of the records that `append` makes.
std::unique_ptr<RecordingReader> taken(const PerfTaskRecords::Known& known,
                                       const std::vector<std::function<void(ByteWriter&)>>& records) {
  return test::recorded([&](RecordingWriter& writer) -> Result<void> {
    TaskRecorder recorder(writer);
    PerfTaskRecords tasks(recorder);
    for (const auto& append : records) {
      ByteWriter out;
      append(out);
      TRY_ASSIGN(const PerfStatus status, tasks.take(out.view(), layout_of_ours(), known));
      EXPECT_EQ(status, PerfStatus::Ok) << describe(status);
    }
    return writer.finish({});
  });
}

TEST(PerfTaskRecords, NamesForksAndExits) {
  TaskInfo named, fork, exit;
  named.tid = named.pid = 7;
  named.comm = "app";
  TaskInfo renamed = named;
  renamed.kind = TaskInfo::Kind::Rename;
  renamed.comm = "worker";
  TaskInfo exec = renamed;
  exec.kind = TaskInfo::Kind::Exec;
  fork.kind = TaskInfo::Kind::Fork;
  fork.pid = 8;
  fork.tid = 8;
  fork.parent_pid = fork.parent_tid = 7;
  exit = fork;
  exit.kind = TaskInfo::Kind::Exit;
  const auto reader = taken({}, {[&](ByteWriter& out) {
                                   append_perf_comm({7, 7, 0, 0, 0}, named, out);
                                 },
                                 [&](ByteWriter& out) {
                                   append_perf_comm({7, 7, 10, 1, 0}, renamed, out);
                                 },
                                 [&](ByteWriter& out) {
                                   append_perf_comm({7, 7, 20, 1, 0}, exec, out);
                                 },
                                 [&](ByteWriter& out) {
                                   append_perf_task({8, 8, 30, 2, 0}, fork, out);
                                 },
                                 [&](ByteWriter& out) {
                                   append_perf_task({8, 8, 40, 3, 0}, exit, out);
                                 }});
  ASSERT_TRUE(reader);
  const auto& tasks = reader->task_events();
  ASSERT_EQ(tasks.size(), 5u);
  EXPECT_EQ(tasks[0].kind, TaskInfo::Kind::Snapshot) << "without a time it held when the recording began";
  EXPECT_EQ(tasks[1].kind, TaskInfo::Kind::Rename);
  EXPECT_EQ(tasks[1].comm, "worker");
  EXPECT_EQ(tasks[1].time_ns, 10u);
  EXPECT_EQ(tasks[2].kind, TaskInfo::Kind::Exec);
  EXPECT_EQ(tasks[3].kind, TaskInfo::Kind::Fork);
  EXPECT_EQ(tasks[3].tid, 8);
  EXPECT_EQ(tasks[3].parent_pid, 7);
  EXPECT_EQ(tasks[3].cpu, 2u);
  EXPECT_EQ(tasks[4].kind, TaskInfo::Kind::Exit);
  EXPECT_EQ(tasks[4].time_ns, 40u);
}

TEST(PerfTaskRecords, MapsHaveTheBuildIdsOfTheFile) {
  const PerfTaskRecords::Known known{
      .build_id_of = [](const std::string& path) { return path == "/nowhere/app" ? "00112233" : ""; }};
  MapInfo map;
  map.pid = map.tid = 7;
  map.start = 0x401000;
  map.length = 0x1000;
  map.page_offset = 0x1000;
  map.path = "/nowhere/app";
  map.protection = 5;
  const auto reader = taken(known, {[&](ByteWriter& out) { append_perf_map({7, 7, 10, 1, 0}, map, out); }});
  ASSERT_TRUE(reader);
  ASSERT_EQ(reader->maps().size(), 1u);
  const MapInfo& got = reader->maps()[0];
  EXPECT_EQ(got.path, "/nowhere/app");
  EXPECT_EQ(got.build_id, "00112233");
  EXPECT_EQ(got.start, 0x401000u);
  EXPECT_EQ(got.page_offset, 0x1000u);
  EXPECT_EQ(got.time_ns, 10u);
}

TEST(PerfTaskRecords, OtherRecordsArePassedOverAndShortOnesNamed) {
  const auto reader = taken({}, {[](ByteWriter& out) { append_perf_lost({7, 7, 10, 1, 0}, 5, out); }});
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->task_events().empty());
  const auto broken = test::recorded([](RecordingWriter& writer) -> Result<void> {
    TaskRecorder recorder(writer);
    PerfTaskRecords tasks(recorder);
    ByteWriter out;
    append_perf_record(PerfRecordType::Comm, std::vector<uint8_t>(4), out);
    TRY_ASSIGN(const PerfStatus status, tasks.take(out.view(), layout_of_ours(), {}));
    EXPECT_NE(status, PerfStatus::Ok);
    return writer.finish({});
  });
  EXPECT_TRUE(broken);
}

}  // namespace
}  // namespace uproar
