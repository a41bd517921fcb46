// Which name a task had at which time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "recording/session_info.h"

namespace uproar {

// Built from TaskInfo in any order; seal() before looking up. Comm follows forks and renames in time order, as perf's
// does: a new task has its parent's name until it renames itself.
class TaskTable {
 public:
  void add(const TaskInfo& task);
  void seal();

  // Name of the task at `time_ns`; empty if nothing is known. Before the first entry the first one holds.
  std::string_view comm(int32_t tid, uint64_t time_ns) const;
  // Thread group of the task at that time, 0 if not known.
  int32_t pid(int32_t tid, uint64_t time_ns) const;

  size_t size() const { return entries_; }

 private:
  struct Entry {
    uint64_t time_ns;
    int32_t pid;
    std::string comm;
    bool initial;  // snapshot or fork: a new life of the tid
  };
  const Entry* find(int32_t tid, uint64_t time_ns) const;
  std::unordered_map<int32_t, std::vector<Entry>> tasks_;
  size_t entries_ = 0;
};

}  // namespace uproar
