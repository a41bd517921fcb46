// The texts are those of perf 6.1 (tools/perf/util/event.c perf_event__fprintf).
#include "replay/styles/side_lines.h"

#include <sys/mman.h>

#include "replay/value_text.h"

namespace uproar {
namespace {

// "%#lx"
void append_hex_alternate(uint64_t number, std::string& out) {
  if (number != 0) out += "0x";
  append_hex(number, out);
}

// "%02x"
void append_hex_byte(uint32_t number, std::string& out) {
  if (number < 0x10) out += '0';
  append_hex(number, out);
}

void append_two(int32_t first, char between, int32_t second, std::string& out) {
  append_signed(first, out);
  out += between;
  append_signed(second, out);
}

}  // namespace

SideLines::SideLines(const TaskTable& tasks, const SideLinesOptions& options)
    : tasks_(&tasks),
      shown_(options.shown),
      start_(options.start),
      padded_(options.padded),
      escape_(options.start.escape) {}

void SideLines::append(const SideRecord& side, TimeCount& count, std::string& out) {
  if (side.task != nullptr && shown_.tasks) append_task(*side.task, count, out);
  if (side.map != nullptr && shown_.maps) append_map(*side.map, count, out);
  if (side.loss != nullptr && shown_.losses) append_loss(*side.loss, count, out);
}

void SideLines::append_start(const LineMoment& moment, TimeCount& count, std::string& out) {
  LineMoment shown = moment;
  const uint64_t origin_ns = count.next_origin(moment.time_ns);
  shown.shown_ns = moment.time_ns > origin_ns ? moment.time_ns - origin_ns : 0;
  const size_t start = out.size();
  out.resize(start + start_.room(moment.comm));
  const char* end = start_.write(shown, padded_, out.data() + start);
  out.resize(static_cast<size_t>(end - out.data()));
}

void SideLines::append_task(const TaskInfo& task, TimeCount& count, std::string& out) {
  const uint32_t cpu = task.time_ns == 0 && task.cpu == kUnknownCpu ? 0 : task.cpu;
  const int32_t pid = task.pid != 0 ? task.pid : tasks_->pid(task.tid, task.time_ns);
  const bool fork = task.kind == TaskInfo::Kind::Fork;
  const int32_t parent_pid =
      task.parent_pid != 0 ? task.parent_pid : tasks_->pid(task.parent_tid, task.time_ns);
  LineMoment moment;
  // A child begins with its parent's name.
  moment.comm = tasks_->comm(fork ? task.parent_tid : task.tid, task.time_ns);
  moment.cpu = cpu;
  moment.time_ns = task.time_ns;
  moment.misc = task.kind == TaskInfo::Kind::Exec ? 'E' : ' ';
  // Who ran: of a fork the parent. What was there before the recording nobody ran for.
  if (task.time_ns != 0) {
    moment.tid = fork ? task.parent_tid : task.tid;
    moment.pid = fork ? parent_pid : pid;
  }
  append_start(moment, count, out);
  switch (task.kind) {
    case TaskInfo::Kind::Snapshot:
    case TaskInfo::Kind::Rename:
    case TaskInfo::Kind::Exec:
      out += task.kind == TaskInfo::Kind::Exec ? "PERF_RECORD_COMM exec: " : "PERF_RECORD_COMM: ";
      append_escaped(task.comm, escape_, out);
      out += ':';
      append_two(pid, '/', task.tid, out);
      break;
    case TaskInfo::Kind::Fork:
    case TaskInfo::Kind::Exit:
      out += fork ? "PERF_RECORD_FORK(" : "PERF_RECORD_EXIT(";
      append_two(pid, ':', task.tid, out);
      out += "):(";
      append_two(parent_pid, ':', task.parent_tid, out);
      out += ')';
      break;
  }
  out += '\n';
}

void SideLines::append_map(const MapInfo& map, TimeCount& count, std::string& out) {
  const uint32_t cpu = map.time_ns == 0 && map.cpu == kUnknownCpu ? 0 : map.cpu;
  const bool kernel = map.pid == -1;
  LineMoment moment;
  moment.comm = kernel ? std::string_view() : tasks_->comm(map.tid, map.time_ns);
  moment.cpu = cpu;
  moment.time_ns = map.time_ns;
  moment.misc = ' ';
  if (map.time_ns != 0) {
    moment.tid = map.tid;
    moment.pid = map.pid;
  }
  append_start(moment, count, out);
  out += kernel ? "PERF_RECORD_MMAP " : "PERF_RECORD_MMAP2 ";
  append_two(map.pid, '/', map.tid, out);
  out += ": [";
  append_hex_alternate(map.start, out);
  out += '(';
  append_hex_alternate(map.length, out);
  out += ") @ ";
  append_hex_alternate(map.page_offset, out);
  if (kernel) {
    out += "]: x ";
  } else {
    // perf record --buildid-mmap: of files there is the build-id in place of the inode.
    const bool by_inode = map.inode != 0 || map.major != 0 || map.minor != 0 || map.build_id.empty() ||
                          !map.path.starts_with('/');
    if (by_inode) {
      out += ' ';
      append_hex_byte(map.major, out);
      out += ':';
      append_hex_byte(map.minor, out);
      out += ' ';
      append_decimal(map.inode, out);
      out += ' ';
      append_decimal(map.generation, out);
    } else {
      out += " <" + map.build_id + ">";
    }
    out += "]: ";
    out += (map.protection & PROT_READ) != 0 ? 'r' : '-';
    out += (map.protection & PROT_WRITE) != 0 ? 'w' : '-';
    out += (map.protection & PROT_EXEC) != 0 ? 'x' : '-';
    out += (map.flags & MAP_SHARED) != 0 ? 's' : 'p';
    out += ' ';
  }
  append_escaped(map.path, escape_, out);
  out += '\n';
}

void SideLines::append_loss(const LossInfo& loss, TimeCount& count, std::string& out) {
  LineMoment moment;
  moment.comm = loss.tid == 0 ? std::string_view() : tasks_->comm(loss.tid, loss.time_ns);
  moment.pid = loss.pid;
  moment.tid = loss.tid;
  moment.cpu = loss.cpu;
  moment.time_ns = loss.time_ns;
  moment.misc = ' ';
  append_start(moment, count, out);
  out += "PERF_RECORD_LOST lost ";
  append_decimal(loss.count, out);
  out += '\n';
}

}  // namespace uproar
