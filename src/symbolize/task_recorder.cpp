#include "symbolize/task_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace uproar {

namespace {

// perf: tools/perf/util/map.c is_anon_memory, is_no_dso_memory.
bool is_anonymous(std::string_view path, uint32_t flags) {
  constexpr uint32_t kHuge = 0x40000;  // MAP_HUGETLB
  return (flags & kHuge) != 0 || path == "//anon" || path.starts_with("/dev/zero") ||
         path.starts_with("/anon_hugepage");
}
bool is_no_file(std::string_view path) {
  return path.starts_with("[stack") || path.starts_with("/SYSV") || path.starts_with("[heap]");
}

// "/lib/modules/6.1/kernel/fs/ext4/ext4.ko.xz" is [ext4].
std::string kernel_name(const std::string& path) {
  if (path.starts_with('[')) return path.substr(0, std::min(path.size(), path.find(']') + 1));
  std::string name = path.substr(path.rfind('/') + 1);
  const size_t suffix = name.find(".ko");
  if (suffix == std::string::npos) return path;
  name.resize(suffix);
  std::replace(name.begin(), name.end(), '-', '_');
  return "[" + name + "]";
}

class FilesOfProcess final : public MappedFiles {
 public:
  FilesOfProcess(const StackNames& names, int32_t pid) : names_(names), pid_(pid) {}
  std::optional<Place> place_of(uint64_t address) const override { return names_.place_of(pid_, address); }
  File file(uint32_t number) const override { return names_.file(number); }

 private:
  const StackNames& names_;
  int32_t pid_;
};

}  // namespace

MapInfo shown_map(MapInfo map, bool kernel) {
  constexpr uint32_t kExecutable = 4;  // PROT_EXEC
  if (kernel) {
    map.path = kernel_name(map.path);
    map.pid = -1;
    return map;
  }
  const bool anonymous = is_anonymous(map.path, map.flags);
  if (anonymous || is_no_file(map.path)) {
    map.page_offset = map.start;
    if (map.protection & kExecutable) map.path = fmt::format("/tmp/perf-{}.map", map.pid);
  } else if (map.path == "[vdso]") {
    map.page_offset = 0;
  }
  return map;
}

Result<void> TaskRecorder::add_task(const TaskInfo& task) {
  switch (task.kind) {
    case TaskInfo::Kind::Fork:
      names_.fork(task.pid, task.parent_pid);
      known_.insert(task.tid);
      break;
    case TaskInfo::Kind::Exit:
      if (task.tid == task.pid) names_.exit(task.pid);
      break;
    case TaskInfo::Kind::Snapshot:
    case TaskInfo::Kind::Rename:
    case TaskInfo::Kind::Exec:
      known_.insert(task.tid);
      break;
  }
  return writer_.add_task(task);
}

Result<void> TaskRecorder::see_task(int32_t pid, int32_t tid) {
  if (tid < 0 || !known_.insert(tid).second) return {};
  TaskInfo task;
  task.kind = TaskInfo::Kind::Snapshot;
  task.tid = tid;
  task.pid = pid;
  return writer_.add_task(task);
}

Result<void> TaskRecorder::add_map(const MapInfo& map, bool kernel) {
  const MapInfo shown = shown_map(map, kernel);
  names_.add_map(shown);
  return writer_.add_map(shown);
}

void TaskRecorder::unwind(int32_t pid, const UserStack& stack, std::vector<uint64_t>& chain) {
  constexpr auto kUserMark = static_cast<uint64_t>(-512);  // PERF_CONTEXT_USER
  if (stack.known == 0) return;
  if (!chain.empty()) chain.push_back(kUserMark);
  if (unwinder_.unwind(stack, FilesOfProcess(names_, pid), chain) == StackUnwinder::End::Cut) ++cut_chains_;
}

Result<void> TaskRecorder::write_names(bool again) {
  for (const AddressNames& names : names_.look_up(again)) TRY(writer_.add_names(names));
  return {};
}

}  // namespace uproar
