#include "convert/perf_data/perf_data_tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace uproar {

namespace {

uint64_t time_of(const PerfSampleId& at) {
  return at.time_ns == ~uint64_t{0} ? 0 : at.time_ns;
}

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

std::string hex(std::span<const uint8_t> bytes) {
  std::string out;
  for (const uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

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

Result<PerfStatus> PerfDataTasks::take(std::span<const uint8_t> record, const PerfLayout& layout,
                                       const PerfDataSession& session) {
  switch (static_cast<PerfRecordType>(read_perf_header(record).type)) {
    case PerfRecordType::Comm:
      return take_comm(record, layout);
    case PerfRecordType::Fork:
      return take_task(record, layout, true);
    case PerfRecordType::Exit:
      return take_task(record, layout, false);
    case PerfRecordType::Mmap:
    case PerfRecordType::Mmap2:
      return take_map(record, layout, session);
    default:
      return PerfStatus::Ok;
  }
}

Result<PerfStatus> PerfDataTasks::take_comm(std::span<const uint8_t> record, const PerfLayout& layout) {
  PerfCommRecord comm;
  if (const PerfStatus status = parse_perf_comm(record, layout, comm); status != PerfStatus::Ok)
    return status;
  TaskInfo task;
  task.time_ns = time_of(comm.at);
  task.kind = task.time_ns == 0 ? TaskInfo::Kind::Snapshot
              : comm.exec       ? TaskInfo::Kind::Exec
                                : TaskInfo::Kind::Rename;
  task.tid = comm.tid;
  task.pid = comm.pid;
  task.comm = comm.comm;
  task.cpu = comm.at.cpu;
  pids_[comm.tid] = comm.pid;
  TRY(writer_.add_task(task));
  return PerfStatus::Ok;
}

Result<PerfStatus> PerfDataTasks::take_task(std::span<const uint8_t> record, const PerfLayout& layout,
                                            bool fork) {
  PerfTaskRecord event;
  if (const PerfStatus status = parse_perf_task(record, layout, event); status != PerfStatus::Ok)
    return status;
  TaskInfo task;
  task.kind = fork ? TaskInfo::Kind::Fork : TaskInfo::Kind::Exit;
  task.time_ns = (layout.sample_id_all && (layout.sample_type & PerfSampleBits::kTime)) ? time_of(event.at)
                                                                                        : event.time_ns;
  task.tid = event.tid;
  task.pid = event.pid;
  task.parent_tid = event.parent_tid;
  task.parent_pid = event.parent_pid;
  task.cpu = event.at.cpu;
  if (fork) {
    pids_[event.tid] = event.pid;
    names_.fork(event.pid, event.parent_pid);
  } else if (event.tid == event.pid) {
    names_.exit(event.pid);
  }
  TRY(writer_.add_task(task));
  return PerfStatus::Ok;
}

Result<PerfStatus> PerfDataTasks::take_map(std::span<const uint8_t> record, const PerfLayout& layout,
                                           const PerfDataSession& session) {
  PerfMapRecord map;
  if (const PerfStatus status = parse_perf_map(record, layout, map); status != PerfStatus::Ok) return status;
  MapInfo info;
  info.time_ns = time_of(map.at);
  info.pid = map.pid;
  info.tid = map.tid;
  info.start = map.start;
  info.length = map.length;
  info.page_offset = map.page_offset;
  info.path = map.path;
  info.protection = map.protection;
  info.flags = map.flags;
  info.major = map.major;
  info.minor = map.minor;
  info.inode = map.inode;
  info.generation = map.generation;
  info.cpu = map.at.cpu;
  info.build_id = map.build_id.empty() ? session.build_id_of(info.path) : hex(map.build_id);
  info = shown_map(std::move(info), map.kernel);
  names_.add_map(info);
  TRY(writer_.add_map(info));
  return PerfStatus::Ok;
}

Result<void> PerfDataTasks::see(int32_t pid, int32_t tid) {
  if (tid < 0 || !pids_.try_emplace(tid, pid).second) return {};
  TaskInfo task;
  task.kind = TaskInfo::Kind::Snapshot;
  task.tid = tid;
  task.pid = pid;
  return writer_.add_task(task);
}

}  // namespace uproar
