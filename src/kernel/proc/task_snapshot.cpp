#include "kernel/proc/task_snapshot.h"

#include <limits>

#include "base/fd.h"
#include "base/number.h"

namespace uproar {
namespace {

constexpr size_t kMaxComm = 4096;  // a kernel thread's name can be longer than 15 bytes

// 0: not a task's folder.
int32_t to_tid(const std::string& name) {
  std::optional<uint64_t> value = parse_decimal(name);
  if (!value || *value > static_cast<uint64_t>(std::numeric_limits<int32_t>::max())) return 0;
  return static_cast<int32_t>(*value);
}

std::string tasks_folder(int32_t pid, const std::string& proc) {
  return proc + "/" + std::to_string(pid) + "/task";
}

}  // namespace

std::vector<int32_t> threads_of(int32_t pid, const std::string& proc) {
  std::vector<int32_t> tids;
  for (const std::string& name : folder_names(tasks_folder(pid, proc))) {
    if (int32_t tid = to_tid(name)) tids.push_back(tid);
  }
  return tids;
}

std::vector<TaskName> snapshot_tasks(const std::string& proc) {
  std::vector<TaskName> tasks;
  for (const std::string& name : folder_names(proc)) {
    const int32_t pid = to_tid(name);
    if (pid == 0) continue;
    for (int32_t tid : threads_of(pid, proc)) {
      Result<std::string> comm =
          read_file(tasks_folder(pid, proc) + "/" + std::to_string(tid) + "/comm", kMaxComm);
      if (!comm.ok()) continue;  // ended meanwhile
      // The name itself may hold newlines; the last one is /proc's.
      if (comm->ends_with('\n')) comm->pop_back();
      tasks.push_back({tid, pid, std::move(*comm)});
    }
  }
  return tasks;
}

}  // namespace uproar
