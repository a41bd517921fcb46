#include "recording/metadata/task_table.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Kind = TaskInfo::Kind;

TaskTable table_of(const std::vector<TaskInfo>& tasks) {
  TaskTable table;
  for (const TaskInfo& task : tasks) table.add(task);
  table.seal();
  return table;
}

TEST(TaskTable, UnknownTaskHasNoNameAndNoGroup) {
  TaskTable table;
  table.seal();
  EXPECT_EQ(table.comm(1, 5), "");
  EXPECT_EQ(table.pid(1, 5), 0);
}

TEST(TaskTable, RenameHoldsFromItsTimeOn) {
  TaskTable table = table_of({{Kind::Snapshot, 0, 7, 6, 0, "sh"}, {Kind::Rename, 100, 7, 0, 0, "ls"}});
  EXPECT_EQ(table.comm(7, 99), "sh");
  EXPECT_EQ(table.comm(7, 100), "ls");
  EXPECT_EQ(table.comm(7, ~uint64_t{0}), "ls");
}

TEST(TaskTable, RenameKeepsTheGroup) {
  TaskTable table = table_of({{Kind::Snapshot, 0, 7, 6, 0, "sh"}, {Kind::Rename, 100, 7, 0, 0, "ls"}});
  EXPECT_EQ(table.pid(7, 200), 6);
}

TEST(TaskTable, FirstEntryHoldsBeforeItsTime) {
  TaskTable table = table_of({{Kind::Rename, 100, 7, 6, 0, "ls"}});
  EXPECT_EQ(table.comm(7, 5), "ls");
  EXPECT_EQ(table.pid(7, 5), 6);
}

TEST(TaskTable, ChildHasItsParentsNameOfTheMomentOfTheFork) {
  TaskTable table = table_of({{Kind::Snapshot, 0, 1, 1, 0, "old"},
                              {Kind::Fork, 50, 2, 2, 1, ""},
                              {Kind::Rename, 60, 1, 0, 0, "new"},
                              {Kind::Fork, 70, 3, 1, 1, ""}});
  EXPECT_EQ(table.comm(2, 55), "old");
  EXPECT_EQ(table.comm(2, 65), "old");
  EXPECT_EQ(table.comm(3, 70), "new");
  EXPECT_EQ(table.pid(3, 70), 1);
}

TEST(TaskTable, NameGoesThroughGenerationsInAnyOrderOfAdding) {
  TaskTable table = table_of({{Kind::Fork, 30, 4, 4, 3, ""},
                              {Kind::Fork, 20, 3, 3, 2, ""},
                              {Kind::Fork, 10, 2, 2, 1, ""},
                              {Kind::Snapshot, 0, 1, 1, 0, "root"}});
  EXPECT_EQ(table.comm(4, 30), "root");
}

TEST(TaskTable, ForkWithANameKeepsIt) {
  TaskTable table = table_of({{Kind::Snapshot, 0, 1, 1, 0, "root"}, {Kind::Fork, 10, 2, 2, 1, "own"}});
  EXPECT_EQ(table.comm(2, 10), "own");
}

TEST(TaskTable, ReusedNumberIsANewTask) {
  TaskTable table = table_of({{Kind::Snapshot, 0, 7, 6, 0, "first"},
                              {Kind::Snapshot, 0, 8, 8, 0, "parent"},
                              {Kind::Exit, 50, 7, 0, 0, ""},
                              {Kind::Fork, 60, 7, 7, 8, ""},
                              {Kind::Rename, 70, 7, 0, 0, "second"}});
  EXPECT_EQ(table.comm(7, 40), "first");
  EXPECT_EQ(table.pid(7, 40), 6);
  EXPECT_EQ(table.comm(7, 55), "first");
  EXPECT_EQ(table.comm(7, 60), "parent");
  EXPECT_EQ(table.pid(7, 60), 7);
  EXPECT_EQ(table.comm(7, 75), "second");
  EXPECT_EQ(table.pid(7, 75), 7);
}

TEST(TaskTable, ForkOfUnknownGroupDoesNotInheritTheGroupOfTheFormerTask) {
  TaskTable table = table_of({{Kind::Snapshot, 0, 7, 6, 0, "a"}, {Kind::Fork, 60, 7, 0, 1, "b"}});
  EXPECT_EQ(table.pid(7, 60), 0);
}

TEST(TaskTable, ForkAndRenameAtTheSameMomentEndInTheRename) {
  TaskTable table = table_of({{Kind::Rename, 10, 2, 0, 0, "b"}, {Kind::Fork, 10, 2, 2, 1, "a"}});
  EXPECT_EQ(table.comm(2, 10), "b");
  EXPECT_EQ(table.pid(2, 10), 2);
}

TEST(TaskTable, MayGrowAfterSeal) {
  TaskTable table = table_of({{Kind::Snapshot, 0, 1, 1, 0, "sh"}, {Kind::Fork, 10, 2, 2, 1, ""}});
  EXPECT_EQ(table.comm(2, 20), "sh");
  table.add({Kind::Rename, 5, 1, 0, 0, "bash"});
  table.add({Kind::Fork, 30, 3, 3, 2, ""});
  table.seal();
  EXPECT_EQ(table.comm(2, 20), "bash");
  EXPECT_EQ(table.comm(3, 30), "bash");
}

TEST(TaskTable, TaskThatIsItsOwnParentIsHarmless) {
  TaskTable table =
      table_of({{Kind::Fork, 10, 2, 2, 2, ""}, {Kind::Fork, 10, 3, 3, 4, ""}, {Kind::Fork, 10, 4, 4, 3, ""}});
  EXPECT_EQ(table.comm(2, 20), "");
  EXPECT_EQ(table.comm(3, 20), "");
}

TEST(TaskTable, ManyEntriesOfOneTaskAreFoundByTime) {
  TaskTable table;
  for (uint64_t i = 0; i < 10000; ++i)
    table.add({Kind::Rename, (i * 7919) % 10000, 1, 0, 0, std::to_string((i * 7919) % 10000)});
  table.seal();
  for (uint64_t i = 0; i < 10000; ++i) ASSERT_EQ(table.comm(1, i), std::to_string(i));
}

TEST(TaskTable, SpanIsHowLongAnAnswerHolds) {
  TaskTable table = table_of({{Kind::Snapshot, 5, 1, 9, 0, "a"}, {Kind::Rename, 10, 1, 0, 0, "b"}});
  const auto span = [&table](uint64_t time_ns) {
    const TaskSpan at = table.at(1, time_ns);
    return std::to_string(at.first_ns) + "-" + std::to_string(at.last_ns) + " " + std::string(at.comm) + " " +
           std::to_string(at.pid);
  };
  EXPECT_EQ(span(0), "0-9 a 9");
  EXPECT_EQ(span(9), "0-9 a 9");
  EXPECT_EQ(span(10), "10-18446744073709551615 b 9");
  EXPECT_EQ(table.at(2, 7).comm, "");
  EXPECT_EQ(table.at(2, 7).last_ns, UINT64_MAX);
}

TEST(TaskCache, AnswersAsTheTable) {
  TaskTable table;
  for (int32_t tid = 0; tid < 1000; ++tid) {
    table.add({Kind::Snapshot, 0, tid, tid, 0, "t" + std::to_string(tid)});
    table.add({Kind::Rename, 100, tid, 0, 0, "late" + std::to_string(tid)});
  }
  table.seal();
  TaskCache cache(table);
  for (const uint64_t time_ns : {uint64_t{0}, uint64_t{50}, uint64_t{99}, uint64_t{100}, uint64_t{3}}) {
    for (int32_t tid = -1; tid < 1001; ++tid) {
      EXPECT_EQ(cache.at(tid, time_ns).comm, table.comm(tid, time_ns));
      EXPECT_EQ(cache.at(tid, time_ns).pid, table.pid(tid, time_ns));
    }
  }
}

}  // namespace
}  // namespace uproar
