#include "convert/side_records.h"

#include <gtest/gtest.h>

#include <string>

#include "support/converted.h"

namespace uproar {
namespace {

TEST(SideRecords, ByTimeThenTasksMapsLosses) {
  const auto reader = test::recorded([](RecordingWriter& writer) -> Result<void> {
    LossInfo loss;
    loss.time_ns = 10;
    TRY(writer.add_loss(loss));
    MapInfo map;
    map.path = "/bin/a";
    for (uint64_t time : {20, 10}) {
      map.time_ns = time;
      TRY(writer.add_map(map));
    }
    TaskInfo task;
    for (uint64_t time : {0, 10, 10}) {
      task.time_ns = time;
      TRY(writer.add_task(task));
    }
    return writer.finish({});
  });
  ASSERT_TRUE(reader);
  SideRecords side(*reader);
  const auto up_to = [&side](uint64_t time_ns) {
    std::string out;
    const char* kinds[] = {"task", "map", "loss"};
    while (const SideRecords::Entry* entry = side.next(time_ns))
      out += std::string(kinds[static_cast<size_t>(entry->kind)]) + std::to_string(entry->index) + " ";
    return out;
  };
  EXPECT_EQ(up_to(0), "task0 ");
  EXPECT_EQ(up_to(9), "");
  EXPECT_EQ(up_to(19), "task1 task2 map1 loss0 ");
  EXPECT_EQ(up_to(~uint64_t{0}), "map0 ");
}

}  // namespace
}  // namespace uproar
