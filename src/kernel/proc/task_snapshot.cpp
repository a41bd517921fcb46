#include "kernel/proc/task_snapshot.h"

#include <limits>

#include "base/fd.h"
#include "base/lines.h"
#include "base/number.h"

namespace uproar {
namespace {

constexpr size_t kMaxComm = 4096;  // a kernel thread's name can be longer than 15 bytes

constexpr size_t kMaxStatus = 65536;

// The name itself may hold newlines; the last one is /proc's.
std::string without_newline(std::string comm) {
  if (comm.ends_with('\n')) comm.pop_back();
  return comm;
}

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

TaskName task_in(const std::string& folder) {
  TaskName task;
  Result<std::string> comm = read_file(folder + "/comm", kMaxComm);
  const Result<std::string> status = read_file(folder + "/status", kMaxStatus);
  if (!comm.ok() || !status.ok()) return task;
  for (std::string_view line : Lines(*status)) {
    constexpr std::string_view kProcess = "Tgid:\t";
    constexpr std::string_view kTask = "Pid:\t";
    if (line.starts_with(kProcess)) task.pid = to_tid(std::string(line.substr(kProcess.size())));
    if (line.starts_with(kTask)) task.tid = to_tid(std::string(line.substr(kTask.size())));
  }
  task.comm = without_newline(std::move(*comm));
  return task;
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
      tasks.push_back({tid, pid, without_newline(std::move(*comm))});
    }
  }
  return tasks;
}

}  // namespace uproar
