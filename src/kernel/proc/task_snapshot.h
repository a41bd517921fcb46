// The tasks that exist now, from /proc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uproar {

struct TaskName {
  int32_t tid = 0;
  int32_t pid = 0;
  std::string comm;
};

// Every thread of every process. `proc` for tests.
std::vector<TaskName> snapshot_tasks(const std::string& proc = "/proc");

// The task whose folder in /proc that is, by the numbers that stand there; zeros if it has ended.
TaskName task_in(const std::string& folder);

// Threads of one process; empty if there is no such process.
std::vector<int32_t> threads_of(int32_t pid, const std::string& proc = "/proc");

}  // namespace uproar
