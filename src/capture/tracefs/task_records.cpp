#include "capture/tracefs/task_records.h"

#include <sched.h>

#include <string>
#include <string_view>
#include <utility>

namespace uproar {
namespace {

constexpr size_t kMostWaiting = 4096;

// The value of a scalar field by name; nullptr if the kernel's event has no such field.
const Value* value(const EventSchema& schema, const Event& event, std::string_view name) {
  size_t index = 0;
  for (const Field& field : schema.fields) {
    if (field.name == name) return &event.values[index];
    index += field.values();
  }
  return nullptr;
}

std::string text(const EventSchema& schema, const Event& event, std::string_view name) {
  const Value* found = value(schema, event, name);
  return found ? std::string(found->text) : std::string();
}

}  // namespace

Result<void> TaskRecords::take(uint64_t time_ns, std::span<const uint8_t> record, RecordSink& sink) {
  CommonHeader header;
  if (!read_common_header(record, header)) return {};
  const bool fork = header.type == newtask_.kernel_type;
  if (!fork && header.type != rename_.kernel_type) return {};
  if (decode_record(fork ? newtask_ : rename_, record, scratch_) != DecodeStatus::Ok) return {};
  TaskInfo task = fork ? translate_fork(header.tid) : translate_rename(header.tid);
  task.time_ns = time_ns;
  if (fork && task.pid == 0) {
    waiting_.push_back(std::move(task));
    return {};
  }
  return sink.add_task(task);
}

Result<void> TaskRecords::settle(bool all, RecordSink& sink) {
  all = all || waiting_.size() > kMostWaiting;
  for (bool found = true; found && !waiting_.empty();) {
    found = false;
    for (TaskInfo& task : std::exchange(waiting_, {})) {
      const auto maker = thread_groups_.find(task.parent_tid);
      if (maker == thread_groups_.end()) {
        waiting_.push_back(std::move(task));
        continue;
      }
      found = true;
      task.pid = thread_groups_[task.tid] = maker->second;
      TRY(sink.add_task(task));
    }
  }
  if (!all) return {};
  for (const TaskInfo& task : std::exchange(waiting_, {})) TRY(sink.add_task(task));
  return {};
}

TaskInfo TaskRecords::translate_fork(int32_t parent_tid) {
  TaskInfo task;
  task.kind = TaskInfo::Kind::Fork;
  task.parent_tid = parent_tid;
  if (const Value* pid = value(newtask_, scratch_, "pid")) task.tid = static_cast<int32_t>(pid->bits);
  task.comm = text(newtask_, scratch_, "comm");
  const Value* flags = value(newtask_, scratch_, "clone_flags");
  const bool is_thread = flags && (flags->bits & CLONE_THREAD);
  const auto parent = thread_groups_.find(parent_tid);
  task.pid = !is_thread ? task.tid : parent != thread_groups_.end() ? parent->second : 0;
  if (task.pid != 0) thread_groups_[task.tid] = task.pid;
  return task;
}

TaskInfo TaskRecords::translate_rename(int32_t tid) const {
  TaskInfo task;
  task.kind = TaskInfo::Kind::Rename;
  // Where the event has no pid field, the task that wrote the record is the one that got the name.
  const Value* pid = value(rename_, scratch_, "pid");
  task.tid = pid ? static_cast<int32_t>(pid->bits) : tid;
  task.comm = text(rename_, scratch_, "newcomm");
  return task;
}

}  // namespace uproar
