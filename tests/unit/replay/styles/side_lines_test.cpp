// The expected lines are those of perf 6.1.
#include "replay/styles/side_lines.h"

#include <gtest/gtest.h>

#include "support/recordings.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

TaskInfo task(TaskInfo::Kind kind, uint64_t time_ns, int32_t pid, int32_t tid, std::string comm = {}) {
  TaskInfo info;
  info.kind = kind;
  info.time_ns = time_ns;
  info.pid = pid;
  info.tid = tid;
  info.comm = std::move(comm);
  info.cpu = time_ns == 0 ? kUnknownCpu : 1;
  return info;
}

std::unique_ptr<RecordingReader> recording() {
  return test::open_bytes(test::write_recording([](RecordingWriter& writer) {
    ASSERT_TRUE(writer.add_task(task(TaskInfo::Kind::Snapshot, 0, 7, 7, "perf-exec")).ok());
    ASSERT_TRUE(writer.add_task(task(TaskInfo::Kind::Exec, 1'000'000'000, 7, 7, "target")).ok());
    TaskInfo fork = task(TaskInfo::Kind::Fork, 2'000'000'000, 7, 8);
    fork.parent_tid = fork.parent_pid = 7;
    ASSERT_TRUE(writer.add_task(fork).ok());
    ASSERT_TRUE(writer.add_task(task(TaskInfo::Kind::Rename, 3'000'001'999, 7, 8, "a thread")).ok());
    TaskInfo exit = task(TaskInfo::Kind::Exit, 4'000'000'000, 7, 8);
    exit.parent_tid = exit.parent_pid = 5;
    ASSERT_TRUE(writer.add_task(exit).ok());
    MapInfo map;
    map.time_ns = 1'500'000'000;
    map.pid = map.tid = 7;
    map.cpu = 1;
    map.start = 0x55996e623000;
    map.length = 0x1000;
    map.page_offset = 0x1000;
    map.path = "/bin/target";
    map.protection = 5;
    map.flags = 2;
    map.major = 0xfe;
    map.inode = 10961110;
    map.generation = 2542817133;
    ASSERT_TRUE(writer.add_map(map).ok());
    LossInfo loss;
    loss.time_ns = 5'000'000'000;
    loss.cpu = 0;
    loss.count = 137;
    loss.pid = loss.tid = 7;
    ASSERT_TRUE(writer.add_loss(loss).ok());
    ASSERT_TRUE(writer.finish({}).ok());
  }));
}

std::string lines(const SelectionRequest& request, const SideLinesOptions& options,
                  TimeCount::Mode mode = TimeCount::Mode::Absolute, uint64_t until_ns = UINT64_MAX) {
  const auto reader = recording();
  const Selection selection = *Selection::make(request, {}, nullptr);
  SideRecords records(*reader, {.tasks = true, .maps = true, .losses = true}, &selection);
  SideLines lines(reader->tasks(), options);
  TimeCount count(mode);
  std::string out;
  while (const SideRecord* side = records.next(until_ns)) lines.append(*side, count, out);
  return out;
}

TEST(SideLines, NothingUnlessAskedFor) {
  EXPECT_EQ(lines({}, {}), "");
}

TEST(SideLines, Tasks) {
  EXPECT_EQ(lines({}, {.shown = {.tasks = true}}),
            "       perf-exec     0 [000]     0.000000: PERF_RECORD_COMM: perf-exec:7/7\n"
            "          target     7 [001]     1.000000: PERF_RECORD_COMM exec: target:7/7\n"
            "          target     7 [001]     2.000000: PERF_RECORD_FORK(7:8):(7:7)\n"
            "        a thread     8 [001]     3.000001: PERF_RECORD_COMM: a thread:7/8\n"
            "        a thread     8 [001]     4.000000: PERF_RECORD_EXIT(7:8):(5:5)\n");
}

TEST(SideLines, MapsAndLosses) {
  EXPECT_EQ(lines({}, {.shown = {.maps = true, .losses = true}, .padded = false}),
            "target     7 [001]     1.500000: PERF_RECORD_MMAP2 7/7: [0x55996e623000(0x1000) @ 0x1000 fe:00 "
            "10961110 2542817133]: r-xp /bin/target\n"
            "target     7 [000]     5.000000: PERF_RECORD_LOST lost 137\n");
}

TEST(SideLines, FieldsAndTimesAreThoseOfSamples) {
  SideLinesOptions options;
  options.shown.tasks = true;
  options.start.fields = kFieldTime | kFieldMisc;
  options.start.nanoseconds = true;
  EXPECT_EQ(lines({}, options, TimeCount::Mode::SincePrevious, 3'000'001'999),
            "          0.000000000: PERF_RECORD_COMM: perf-exec:7/7\n"
            "E         0.000000000: PERF_RECORD_COMM exec: target:7/7\n"
            "          1.000000000: PERF_RECORD_FORK(7:8):(7:7)\n"
            "          1.000001999: PERF_RECORD_COMM: a thread:7/8\n");
}

TEST(SideLines, OnlyTheChosenCpus) {
  EXPECT_EQ(lines({.cpus = {0}}, {.shown = {.tasks = true, .losses = true}}),
            "       perf-exec     0 [000]     0.000000: PERF_RECORD_COMM: perf-exec:7/7\n"
            "          target     7 [000]     5.000000: PERF_RECORD_LOST lost 137\n");
}

}  // namespace
}  // namespace uproar
