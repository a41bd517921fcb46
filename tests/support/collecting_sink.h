// Keeps what a recording would be fed with, as text.
#pragma once

#include <string>
#include <vector>

#include "recording/record_sink.h"

namespace uproar::test {

class CollectingSink : public RecordSink {
 public:
  struct Record {
    uint32_t cpu;
    uint64_t time_ns;
    uint32_t event;
    std::vector<uint8_t> bytes;
  };
  std::vector<Record> records;
  std::vector<TaskInfo> tasks;
  std::vector<LossInfo> losses;
  std::vector<MapInfo> maps;
  bool full = false;  // from now on everything is refused

  Result<uint32_t> add_event(const EventInfo&) override { return uint32_t{0}; }
  using RecordSink::add_record;
  Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event, std::span<const uint8_t> record,
                          std::span<const uint64_t>) override {
    if (full) return refused();
    records.push_back({cpu, time_ns, event, {record.begin(), record.end()}});
    return {};
  }
  Result<void> add_task(const TaskInfo& task) override {
    if (full) return refused();
    tasks.push_back(task);
    return {};
  }
  Result<void> add_map(const MapInfo& map) override {
    maps.push_back(map);
    return {};
  }
  Result<void> add_names(const AddressNames&) override { return {}; }
  Result<void> add_loss(const LossInfo& loss) override {
    if (full) return refused();
    losses.push_back(loss);
    return {};
  }

  // "fork 12 of 7 by 7: sh", a line for each task.
  std::string tasks_as_text() const {
    std::string text;
    for (const TaskInfo& task : tasks) {
      const char* kind = task.kind == TaskInfo::Kind::Fork     ? "fork "
                         : task.kind == TaskInfo::Kind::Rename ? "rename "
                                                               : "there ";
      text += kind + std::to_string(task.tid) + " of " + std::to_string(task.pid);
      if (task.kind == TaskInfo::Kind::Fork) text += " by " + std::to_string(task.parent_tid);
      text += ": " + task.comm + "\n";
    }
    return text;
  }

 private:
  static Error refused() { return Error{"the disk is full", {}, {}, 0}; }
};

}  // namespace uproar::test
