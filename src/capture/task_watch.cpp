#include "capture/task_watch.h"

#include <sched.h>

#include <string_view>
#include <utility>

#include "event/event_format.h"
#include "kernel/proc/task_snapshot.h"

namespace uproar {
namespace {

constexpr const char* kGroup = "task";
constexpr const char* kNewTask = "task_newtask";
constexpr const char* kRename = "task_rename";
constexpr uint64_t kBufferKb = 256;
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

Result<std::unique_ptr<TaskWatch>> TaskWatch::create(const Tracefs& tracefs, const std::string& name,
                                                     RecordingWriter& writer) {
  TRY_ASSIGN(Instance instance, Instance::create(tracefs, name + "-tasks"));
  auto watch = std::unique_ptr<TaskWatch>(new TaskWatch(std::move(instance), writer));
  TRY(watch->instance_.set_clock("mono"));
  TRY(watch->instance_.set_buffer_size_kb(kBufferKb));
  auto newtask = watch->instance_.event_format(kGroup, kNewTask);
  auto rename = watch->instance_.event_format(kGroup, kRename);
  if (newtask.ok() && rename.ok()) {
    TRY_ASSIGN(watch->newtask_, parse_event_format(*newtask, kGroup));
    TRY_ASSIGN(watch->rename_, parse_event_format(*rename, kGroup));
  }
  TRY_ASSIGN(watch->pump_, RingPump::open(watch->instance_, *watch));
  return watch;
}

Result<void> TaskWatch::set_tasks(const std::vector<int32_t>& tids, bool follow_children) {
  return instance_.set_tasks(tids, follow_children);
}

Result<void> TaskWatch::start() {
  if (newtask_) {
    TRY(instance_.set_tracing(true));
    TRY(instance_.enable(kGroup, kNewTask));
    TRY(instance_.enable(kGroup, kRename));
  }
  for (const TaskName& task : snapshot_tasks()) {
    thread_groups_[task.tid] = task.pid;
    TRY(writer_.add_task({TaskInfo::Kind::Snapshot, 0, task.tid, task.pid, 0, task.comm}));
  }
  return {};
}

Result<void> TaskWatch::drain(Drain how_much) {
  TRY(pump_->drain(how_much));
  return settle(how_much == Drain::All || waiting_.size() > kMostWaiting);
}

// The fork of a thread may be read before that of the task that made it, which was on another CPU.
Result<void> TaskWatch::settle(bool all) {
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
      TRY(writer_.add_task(task));
    }
  }
  if (!all) return {};
  for (const TaskInfo& task : std::exchange(waiting_, {})) TRY(writer_.add_task(task));
  return {};
}

Result<void> TaskWatch::remove() {
  pump_.reset();
  return instance_.remove();
}

Result<void> TaskWatch::take(uint32_t, uint64_t time_ns, std::span<const uint8_t> record) {
  CommonHeader header;
  if (!newtask_ || !read_common_header(record, header)) return {};
  bool fork = header.type == newtask_->kernel_type;
  if (!fork && header.type != rename_->kernel_type) return {};
  if (decode_record(fork ? *newtask_ : *rename_, record, scratch_) != DecodeStatus::Ok) return {};
  TaskInfo task = fork ? translate_fork(header.tid) : translate_rename(header.tid);
  task.time_ns = time_ns;
  if (fork && task.pid == 0) {
    waiting_.push_back(std::move(task));
    return {};
  }
  return writer_.add_task(task);
}

TaskInfo TaskWatch::translate_fork(int32_t parent_tid) {
  TaskInfo task;
  task.kind = TaskInfo::Kind::Fork;
  task.parent_tid = parent_tid;
  if (const Value* pid = value(*newtask_, scratch_, "pid")) task.tid = static_cast<int32_t>(pid->bits);
  task.comm = text(*newtask_, scratch_, "comm");
  const Value* flags = value(*newtask_, scratch_, "clone_flags");
  bool is_thread = flags && (flags->bits & CLONE_THREAD);
  auto parent = thread_groups_.find(parent_tid);
  task.pid = !is_thread ? task.tid : parent != thread_groups_.end() ? parent->second : 0;
  if (task.pid != 0) thread_groups_[task.tid] = task.pid;
  return task;
}

TaskInfo TaskWatch::translate_rename(int32_t tid) {
  TaskInfo task;
  task.kind = TaskInfo::Kind::Rename;
  // Where the event has no pid field, the task that wrote the record is the one that got the name.
  const Value* pid = value(*rename_, scratch_, "pid");
  task.tid = pid ? static_cast<int32_t>(pid->bits) : tid;
  task.comm = text(*rename_, scratch_, "newcomm");
  return task;
}

// A lost name shows as an older one; it costs no event, so it is not counted among the lost events.
Result<void> TaskWatch::lose(const LossInfo&) {
  return {};
}

}  // namespace uproar
