// Which name a task had at which time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "recording/metadata/session_info.h"

namespace uproar {

// What a task was called and whose thread it was, for a stretch of time in which both hold: both ends
// included.
struct TaskSpan {
  uint64_t first_ns = 0;
  uint64_t last_ns = ~uint64_t{0};
  int32_t tid = 0;
  int32_t pid = 0;        // 0: not known
  std::string_view comm;  // empty: nothing is known; lives until the table's next seal()
};

// Built from TaskInfo in any order; seal() before looking up, and again after further add(). Comm follows
// forks and renames in time order, as perf's does: a new task has its parent's name until it renames itself.
// A task that has ended keeps its name until its number is used again.
class TaskTable {
 public:
  void add(const TaskInfo& task);
  void seal();

  // Name of the task at `time_ns`; empty if nothing is known. Before the first entry the first one holds. The
  // view lives until the next seal().
  std::string_view comm(int32_t tid, uint64_t time_ns) const;
  // Thread group of the task at that time, 0 if not known.
  int32_t pid(int32_t tid, uint64_t time_ns) const;

  // Both, and how long they hold.
  TaskSpan at(int32_t tid, uint64_t time_ns) const;

  size_t size() const { return entries_; }

 private:
  struct Entry {
    uint64_t time_ns;
    uint64_t order;  // of add(), decides between equal times
    int32_t pid;
    int32_t parent_tid;
    bool initial;   // snapshot or fork: a new life of the tid
    bool inherits;  // its name is the parent's
    std::string comm;
  };
  // A fork whose child takes its parent's name; in time order after seal().
  struct Inheritance {
    uint64_t time_ns;
    uint64_t order;
    int32_t tid;
  };
  void settle(std::vector<Entry>& entries);
  const Entry* find(int32_t tid, uint64_t time_ns) const;

  std::unordered_map<int32_t, std::vector<Entry>> tasks_;
  std::vector<Inheritance> inheritances_;
  std::unordered_set<int32_t> unsettled_;  // tasks with entries since the last seal()
  uint64_t earliest_unsettled_ns_ = ~uint64_t{0};
  size_t entries_ = 0;
};

// Answers of a table that does not change any more, kept for the next question about the same task. One
// thread at a time.
class TaskCache {
 public:
  // `tasks` must outlive it; after its next seal() the cache must forget.
  explicit TaskCache(const TaskTable& tasks) : tasks_(&tasks) { forget(); }
  void forget() { spans_.fill({1, 0, 0, 0, {}}); }

  const TaskSpan& at(int32_t tid, uint64_t time_ns) {
    TaskSpan& span = spans_[static_cast<uint32_t>(tid) % spans_.size()];
    if (span.tid != tid || time_ns < span.first_ns || time_ns > span.last_ns) span = tasks_->at(tid, time_ns);
    return span;
  }

 private:
  const TaskTable* tasks_;
  std::array<TaskSpan, 256> spans_;
};

}  // namespace uproar
