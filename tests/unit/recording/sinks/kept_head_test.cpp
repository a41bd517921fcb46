#include "recording/sinks/kept_head.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "recording/metadata/metadata.h"
#include "support/recordings.h"

namespace uproar {
namespace {

using test::Bytes;

BlockHeader header_of(BlockType type, uint32_t count = 0) {
  BlockHeader header;
  header.type = static_cast<uint8_t>(type);
  header.count = count;
  return header;
}

void add_tasks(KeptHead& head, const std::vector<TaskInfo>& tasks) {
  ByteWriter bytes;
  uint64_t previous_ns = 0;
  for (const TaskInfo& task : tasks) {
    put_task_event(task, previous_ns, bytes);
    previous_ns = task.time_ns;
  }
  head.add(header_of(BlockType::TaskEvents, static_cast<uint32_t>(tasks.size())), bytes.view());
}

void add_losses(KeptHead& head, const std::vector<LossInfo>& losses) {
  ByteWriter bytes;
  uint64_t previous_ns = 0;
  for (const LossInfo& loss : losses) {
    put_loss_event(loss, previous_ns, bytes);
    previous_ns = loss.time_ns;
  }
  head.add(header_of(BlockType::LossEvents, static_cast<uint32_t>(losses.size())), bytes.view());
}

void add_maps(KeptHead& head, const std::vector<MapInfo>& maps) {
  ByteWriter bytes;
  uint64_t previous_ns = 0;
  for (const MapInfo& map : maps) {
    put_map(map, previous_ns, bytes);
    previous_ns = map.time_ns;
  }
  head.add(header_of(BlockType::Maps, static_cast<uint32_t>(maps.size())), bytes.view());
}

// What was written, read back.
class Collected final : public BlockSink {
 public:
  Collected() : BlockSink(1) {}
  Result<void> start() override { return {}; }
  Result<void> append(BlockHeader header, std::span<const uint8_t> raw) override {
    switch (static_cast<BlockType>(header.type)) {
      case BlockType::TaskEvents:
        parse_task_events(raw, header.count, tasks);
        break;
      case BlockType::LossEvents:
        parse_loss_events(raw, header.count, losses);
        break;
      case BlockType::Maps:
        parse_maps(raw, header.count, maps);
        break;
      case BlockType::Anchors:
        parse_anchors(raw, header.count, anchors);
        break;
      default:
        others.push_back(header.type);
    }
    return {};
  }
  Result<void> put(BlockHeader, std::span<const uint8_t>) override { return {}; }
  Result<void> end(const EndSummary&) override { return {}; }
  const std::optional<Error>& failure() const override { return none_; }
  uint64_t bytes() const override { return 0; }

  std::vector<TaskInfo> tasks;
  std::vector<LossInfo> losses;
  std::vector<MapInfo> maps;
  std::vector<ClockAnchor> anchors;
  std::vector<uint8_t> others;

 private:
  std::optional<Error> none_;
};

TaskInfo task(TaskInfo::Kind kind, uint64_t time_ns, int32_t tid, int32_t pid, int32_t parent,
              const std::string& comm) {
  TaskInfo info;
  info.kind = kind;
  info.time_ns = time_ns;
  info.tid = tid;
  info.pid = pid;
  info.parent_tid = parent;
  info.comm = comm;
  return info;
}

TEST(KeptHead, TasksThatLiveKeepTheNameTheyHave) {
  KeptHead head;
  using Kind = TaskInfo::Kind;
  add_tasks(head, {task(Kind::Snapshot, 0, 10, 10, 0, "parent"), task(Kind::Fork, 100, 11, 11, 10, ""),
                   task(Kind::Fork, 150, 12, 12, 10, ""), task(Kind::Rename, 200, 10, 0, 0, "renamed"),
                   task(Kind::Exit, 250, 12, 12, 10, ""), task(Kind::Rename, 600, 11, 0, 0, "later")});
  head.shorten(500);
  Collected out;
  ASSERT_TRUE(head.write(out).ok());
  std::vector<std::string> found;
  for (const TaskInfo& one : out.tasks)
    found.push_back(std::to_string(static_cast<int>(one.kind)) + " " + std::to_string(one.time_ns) + " " +
                    std::to_string(one.tid) + " " + std::to_string(one.pid) + " " + one.comm);
  EXPECT_EQ(found, (std::vector<std::string>{"0 0 10 10 renamed", "0 0 11 11 parent", "2 600 11 0 later"}));
}

TEST(KeptHead, LossesAreSummedAndRemovedRecordsCounted) {
  KeptHead head;
  add_losses(head, {{LossInfo::Kind::Overrun, 1, 100, 5},
                    {LossInfo::Kind::Overrun, 1, 200, 6},
                    {LossInfo::Kind::Dropped, 1, 300, 7},
                    {LossInfo::Kind::Rotated, 3, 310, 50},
                    {LossInfo::Kind::Overrun, 1, 900, 8}});
  head.remove_records(3, 20, 400);
  head.remove_records(0, 2, 350);
  head.shorten(500);
  EXPECT_EQ(head.lost(), 98u);
  EXPECT_EQ(head.removed(), 72u);
  Collected out;
  ASSERT_TRUE(head.write(out).ok());
  std::vector<std::string> found;
  for (const LossInfo& loss : out.losses)
    found.push_back(std::to_string(static_cast<int>(loss.kind)) + " " + std::to_string(loss.cpu) + " " +
                    std::to_string(loss.time_ns) + " " + std::to_string(loss.count));
  EXPECT_EQ(found,
            (std::vector<std::string>{"4 0 350 2", "4 3 400 70", "0 1 200 11", "1 1 300 7", "0 1 900 8"}));
}

TEST(KeptHead, MapsOfWhatIsGoneGo) {
  KeptHead head;
  using Kind = TaskInfo::Kind;
  add_tasks(head, {task(Kind::Exit, 300, 20, 20, 1, "")});
  auto map = [](uint64_t time_ns, int32_t pid, uint64_t start, const char* path) {
    MapInfo info;
    info.time_ns = time_ns;
    info.pid = pid;
    info.start = start;
    info.length = 4096;
    info.path = path;
    return info;
  };
  add_maps(head, {map(0, 20, 0x1000, "gone"), map(0, 21, 0x1000, "old"), map(50, 21, 0x1000, "new"),
                  map(60, 21, 0x2000, "other"), map(700, 20, 0x1000, "reborn")});
  head.shorten(500);
  Collected out;
  ASSERT_TRUE(head.write(out).ok());
  std::vector<std::string> paths;
  for (const MapInfo& one : out.maps) paths.push_back(one.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"new", "other", "reborn"}));
}

TEST(KeptHead, WhatItDoesNotKnowStaysAsItIs) {
  KeptHead head;
  head.add(header_of(BlockType::Session), Bytes{1, 2});
  head.add(header_of(BlockType::Event), Bytes{3});
  head.add(header_of(static_cast<BlockType>(200)), Bytes{4});
  head.add(header_of(BlockType::Index), Bytes{5});
  head.shorten(1000);
  Collected out;
  ASSERT_TRUE(head.write(out).ok());
  EXPECT_EQ(out.others, (std::vector<uint8_t>{1, 2, 200}));
}

}  // namespace
}  // namespace uproar
