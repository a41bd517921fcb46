#include "capture/perf/standing_tasks.h"

#include <sys/mman.h>

#include <algorithm>

#include "kernel/proc/process_maps.h"

namespace uproar {
namespace {

MapInfo map_info(int32_t pid, const ProcessMap& map) {
  MapInfo info;
  info.pid = pid;
  info.tid = pid;
  info.start = map.start;
  info.length = map.end - map.start;
  info.page_offset = map.offset;
  info.path = map.path;
  info.protection = map.protection;
  info.flags = map.shared ? MAP_SHARED : MAP_PRIVATE;
  info.major = map.major;
  info.minor = map.minor;
  info.inode = map.inode;
  return info;
}

}  // namespace

std::vector<TaskName> standing_tasks(const TaskChoice& tasks) {
  std::vector<TaskName> there = snapshot_tasks();
  if (tasks.everybody) return there;
  const auto has = [](const std::vector<int32_t>& list, int32_t number) {
    return std::find(list.begin(), list.end(), number) != list.end();
  };
  std::vector<int32_t> processes;
  for (const TaskName& task : there) {
    if (has(tasks.threads, task.tid)) processes.push_back(task.pid);
  }
  std::erase_if(there, [&](const TaskName& task) { return !has(processes, task.pid); });
  return there;
}

Result<void> tell_standing_tasks(const std::vector<TaskName>& there, bool with_maps, TaskRecorder& recorder) {
  int32_t process = 0;
  for (const TaskName& task : there) {
    TaskInfo info;
    info.tid = task.tid;
    info.pid = task.pid;
    info.comm = task.comm;
    TRY(recorder.add_task(info));
    if (!with_maps || task.pid == process) continue;
    process = task.pid;
    for (const ProcessMap& map : code_maps_of(process)) TRY(recorder.add_map(map_info(process, map), false));
  }
  return {};
}

}  // namespace uproar
