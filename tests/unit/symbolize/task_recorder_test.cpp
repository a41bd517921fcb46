#include "symbolize/task_recorder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/perf_map.h"
#include "support/recordings.h"

namespace uproar {
namespace {

TaskInfo task(TaskInfo::Kind kind, int32_t pid, int32_t tid, const std::string& comm = {}) {
  TaskInfo out;
  out.kind = kind;
  out.pid = pid;
  out.tid = tid;
  out.comm = comm;
  return out;
}

TEST(TaskRecorder, TellsTheRecordingAtOnceAndNamesAtTheEnd) {
  const test::PerfMap file("1000 10 first\n1010 10 second\n");
  const auto bytes = test::write_recording([&](RecordingWriter& writer) {
    TaskRecorder recorder(writer);
    ASSERT_TRUE(recorder.add_task(task(TaskInfo::Kind::Snapshot, 7, 7, "parent")).ok());
    MapInfo map;
    map.pid = 7;
    map.start = map.page_offset = 0x1000;
    map.length = 0x1000;
    map.path = file.path();
    ASSERT_TRUE(recorder.add_map(map, false).ok());
    TaskInfo fork = task(TaskInfo::Kind::Fork, 8, 8);
    fork.parent_pid = fork.parent_tid = 7;
    ASSERT_TRUE(recorder.add_task(fork).ok());
    recorder.add_chain(8, 0x1012, {});
    ASSERT_TRUE(recorder.write_names().ok());
    ASSERT_TRUE(writer.finish({}).ok());
  });
  const auto reader = test::open_bytes(bytes);
  EXPECT_EQ(reader->task_events().size(), 2u);
  EXPECT_EQ(reader->maps().size(), 1u);
  ASSERT_EQ(reader->names().size(), 1u);
  ASSERT_EQ(reader->names()[0].names.size(), 1u);
  EXPECT_EQ(reader->names()[0].names[0].symbol, "second");
  EXPECT_EQ(reader->names()[0].names[0].symbol_offset, 2u);
}

TEST(TaskRecorder, TasksOnlySeenAreWrittenOnce) {
  const auto bytes = test::write_recording([&](RecordingWriter& writer) {
    TaskRecorder recorder(writer);
    ASSERT_TRUE(recorder.add_task(task(TaskInfo::Kind::Rename, 7, 7, "told")).ok());
    ASSERT_TRUE(recorder.see_task(7, 7).ok());
    ASSERT_TRUE(recorder.see_task(7, 8).ok());
    ASSERT_TRUE(recorder.see_task(7, 8).ok());
    ASSERT_TRUE(recorder.see_task(-1, -1).ok());  // as perf marks a sample of no task
    ASSERT_TRUE(writer.finish({}).ok());
  });
  const auto reader = test::open_bytes(bytes);
  ASSERT_EQ(reader->task_events().size(), 2u);
  EXPECT_EQ(reader->task_events()[1].tid, 8);
  EXPECT_EQ(reader->task_events()[1].pid, 7);
  EXPECT_EQ(reader->task_events()[1].kind, TaskInfo::Kind::Snapshot);
}

TEST(TaskRecorder, MapsAsPerfShowsThem) {
  MapInfo map;
  map.pid = 9;
  map.start = 0x7000;
  map.page_offset = 0x10;
  map.path = "//anon";
  map.protection = 5;
  EXPECT_EQ(shown_map(map, false).path, "/tmp/perf-9.map");
  EXPECT_EQ(shown_map(map, false).page_offset, 0x7000u);
  map.protection = 3;
  EXPECT_EQ(shown_map(map, false).path, "//anon");
  map.path = "[vdso]";
  EXPECT_EQ(shown_map(map, false).page_offset, 0u);
  map.path = "/bin/a";
  EXPECT_EQ(shown_map(map, false).page_offset, 0x10u);
  map.path = "[kernel.kallsyms]_text";
  EXPECT_EQ(shown_map(map, true).path, "[kernel.kallsyms]");
  map.path = "/lib/modules/6.1/kernel/net/nf-tables.ko.xz";
  EXPECT_EQ(shown_map(map, true).path, "[nf_tables]");
}

}  // namespace
}  // namespace uproar
