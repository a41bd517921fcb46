#include "symbolize/perf_task_records.h"

#include <fmt/format.h>

#include <string>

namespace uproar {

namespace {

uint64_t time_of(const PerfSampleId& at) {
  return at.time_ns == ~uint64_t{0} ? 0 : at.time_ns;
}

uint32_t cpu_of(const PerfSampleId& at, uint32_t known) {
  return at.cpu != ~uint32_t{0} ? at.cpu : known;
}

std::string hex(std::span<const uint8_t> bytes) {
  std::string out;
  for (const uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace

Result<PerfStatus> PerfTaskRecords::take(std::span<const uint8_t> record, const PerfLayout& layout,
                                         const Known& known) {
  switch (static_cast<PerfRecordType>(read_perf_header(record).type)) {
    case PerfRecordType::Comm:
      return take_comm(record, layout, known);
    case PerfRecordType::Fork:
      return take_task(record, layout, true, known);
    case PerfRecordType::Exit:
      return take_task(record, layout, false, known);
    case PerfRecordType::Mmap:
    case PerfRecordType::Mmap2:
      return take_map(record, layout, known);
    default:
      return PerfStatus::Ok;
  }
}

Result<PerfStatus> PerfTaskRecords::take_comm(std::span<const uint8_t> record, const PerfLayout& layout,
                                              const Known& known) {
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
  task.cpu = cpu_of(comm.at, known.cpu);
  TRY(recorder_.add_task(task));
  return PerfStatus::Ok;
}

Result<PerfStatus> PerfTaskRecords::take_task(std::span<const uint8_t> record, const PerfLayout& layout,
                                              bool fork, const Known& known) {
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
  task.cpu = cpu_of(event.at, known.cpu);
  TRY(recorder_.add_task(task));
  return PerfStatus::Ok;
}

Result<PerfStatus> PerfTaskRecords::take_map(std::span<const uint8_t> record, const PerfLayout& layout,
                                             const Known& known) {
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
  info.cpu = cpu_of(map.at, known.cpu);
  if (!map.build_id.empty()) {
    info.build_id = hex(map.build_id);
  } else if (known.build_id_of) {
    info.build_id = known.build_id_of(info.path);
  }
  TRY(recorder_.add_map(info, map.kernel));
  return PerfStatus::Ok;
}

}  // namespace uproar
