#include "recording/metadata/task_table.h"

#include <algorithm>
#include <tuple>

namespace uproar {

void TaskTable::add(const TaskInfo& task) {
  // Says nothing about name or group.
  if (task.kind == TaskInfo::Kind::Exit) return;
  bool fork = task.kind == TaskInfo::Kind::Fork;
  bool initial = fork || task.kind == TaskInfo::Kind::Snapshot;
  bool inherits = fork && task.comm.empty();
  uint64_t order = entries_++;
  tasks_[task.tid].push_back({task.time_ns, order, task.pid, task.parent_tid, initial, inherits, task.comm});
  if (inherits) inheritances_.push_back({task.time_ns, order, task.tid});
  unsettled_.insert(task.tid);
  earliest_unsettled_ns_ = std::min(earliest_unsettled_ns_, task.time_ns);
}

// Time order, and what an entry leaves open comes from the one before.
void TaskTable::settle(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    // At the same moment a task begins before it is renamed.
    return std::make_tuple(a.time_ns, !a.initial, a.order) < std::make_tuple(b.time_ns, !b.initial, b.order);
  });
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].initial) continue;
    if (entries[i].pid == 0) entries[i].pid = entries[i - 1].pid;
  }
}

void TaskTable::seal() {
  if (unsettled_.empty()) return;
  for (int32_t tid : unsettled_) settle(tasks_[tid]);
  unsettled_.clear();

  auto earlier = [](const Inheritance& a, const Inheritance& b) {
    return std::tie(a.time_ns, a.order) < std::tie(b.time_ns, b.order);
  };
  if (!std::is_sorted(inheritances_.begin(), inheritances_.end(), earlier)) {
    std::sort(inheritances_.begin(), inheritances_.end(), earlier);
  }
  // In time order, so that a parent's own inheritance is settled before its child's.
  auto first = std::lower_bound(inheritances_.begin(), inheritances_.end(),
                                Inheritance{earliest_unsettled_ns_, 0, 0}, earlier);
  for (; first != inheritances_.end(); ++first) {
    std::vector<Entry>& entries = tasks_[first->tid];
    auto child =
        std::lower_bound(entries.begin(), entries.end(), first->time_ns,
                         [](const Entry& entry, uint64_t time_ns) { return entry.time_ns < time_ns; });
    while (child->order != first->order) ++child;
    if (child->parent_tid == first->tid) continue;
    child->comm = std::string(comm(child->parent_tid, child->time_ns));
  }
  earliest_unsettled_ns_ = ~uint64_t{0};
}

const TaskTable::Entry* TaskTable::find(int32_t tid, uint64_t time_ns) const {
  auto task = tasks_.find(tid);
  if (task == tasks_.end()) return nullptr;
  const std::vector<Entry>& entries = task->second;
  auto after = std::upper_bound(entries.begin(), entries.end(), time_ns,
                                [](uint64_t time, const Entry& entry) { return time < entry.time_ns; });
  return after == entries.begin() ? &entries.front() : &*(after - 1);
}

std::string_view TaskTable::comm(int32_t tid, uint64_t time_ns) const {
  const Entry* entry = find(tid, time_ns);
  return entry ? std::string_view(entry->comm) : std::string_view();
}

int32_t TaskTable::pid(int32_t tid, uint64_t time_ns) const {
  const Entry* entry = find(tid, time_ns);
  return entry ? entry->pid : 0;
}

TaskSpan TaskTable::at(int32_t tid, uint64_t time_ns) const {
  TaskSpan span;
  span.tid = tid;
  const auto task = tasks_.find(tid);
  if (task == tasks_.end()) return span;
  const Entry* const entry = find(tid, time_ns);
  const Entry* const first = task->second.data();
  const Entry* const next = entry + 1;
  span.comm = entry->comm;
  span.pid = entry->pid;
  if (entry != first) span.first_ns = entry->time_ns;
  if (next != first + task->second.size()) span.last_ns = next->time_ns - 1;
  return span;
}

}  // namespace uproar
