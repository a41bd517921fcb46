#include "capture/tracefs/task_events.h"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "capture/tracefs/ring_pump.h"
#include "capture/tracefs/task_records.h"
#include "event/event_format.h"
#include "kernel/ownership.h"
#include "kernel/proc/pid_namespace.h"
#include "kernel/proc/task_snapshot.h"
#include "kernel/tracefs/instance.h"
#include "kernel/tracefs/kernel_numbers.h"

namespace uproar {
namespace {

constexpr const char* kGroup = "task";
constexpr const char* kNewTask = "task_newtask";
constexpr const char* kRename = "task_rename";
constexpr uint64_t kBufferKb = 256;

// Those of these tasks, given by their numbers in this process's namespace, that there are; by the numbers of
// /proc.
std::vector<TaskName> named_tasks(const std::vector<int32_t>& tids) {
  std::vector<TaskName> tasks;
  for (int32_t tid : tids) {
    if (const auto folder = task_folder(tid)) tasks.push_back(task_in(*folder));
  }
  return tasks;
}

class TaskEvents : public TaskWatch, private RingSink {
 public:
  explicit TaskEvents(const Tracefs& tracefs) : tracefs_(tracefs) {}

  Result<void> prepare() override {
    TRY_ASSIGN(instance_, Instance::create(tracefs_, instance_name(this_process()) + "-tasks"));
    TRY(instance_->set_clock("mono"));
    TRY(instance_->set_buffer_size_kb(kBufferKb));
    auto newtask = instance_->event_format(kGroup, kNewTask);
    auto rename = instance_->event_format(kGroup, kRename);
    if (newtask.ok() && rename.ok()) {
      TRY_ASSIGN(EventSchema forks, parse_event_format(*newtask, kGroup));
      TRY_ASSIGN(EventSchema renames, parse_event_format(*rename, kGroup));
      records_.emplace(std::move(forks), std::move(renames));
    }
    TRY_ASSIGN(pump_, RingPump::open(*instance_, *this));
    return {};
  }

  Result<void> restrict(const TaskChoice& tasks) override {
    // Asked before the instance is deaf to everybody else.
    if (!proc_shows_kernel_numbers()) {
      TRY_ASSIGN(there_, tasks_by_kernel_number(named_tasks(tasks.threads)));
    }
    return instance_->set_tasks(tasks.threads, tasks.follow_children);
  }

  Result<void> start(RecordSink& sink) override {
    sink_ = &sink;
    if (!there_ && !proc_shows_kernel_numbers()) {
      TRY_ASSIGN(there_, tasks_by_kernel_number(snapshot_tasks()));
    }
    if (records_) {
      TRY(instance_->set_tracing(true));
      TRY(instance_->enable(kGroup, kNewTask));
      TRY(instance_->enable(kGroup, kRename));
    }
    for (const TaskName& task : there_ ? *there_ : snapshot_tasks()) {
      if (records_) records_->know(task.tid, task.pid);
      TRY(sink.add_task({TaskInfo::Kind::Snapshot, 0, task.tid, task.pid, 0, task.comm}));
    }
    return {};
  }

  Result<void> drain(Drain how_much) override {
    TRY(pump_->drain(how_much));
    return records_ ? records_->settle(how_much == Drain::All, *sink_) : Result<void>();
  }

  Result<void> remove() override {
    pump_.reset();
    Result<void> gone = instance_ ? instance_->remove() : Result<void>();
    instance_.reset();
    return gone;
  }

 private:
  Result<void> take(uint32_t, uint64_t time_ns, std::span<const uint8_t> record) override {
    return records_ ? records_->take(time_ns, record, *sink_) : Result<void>();
  }
  // By the numbers that records have, instead of those that /proc shows.
  Result<std::vector<TaskName>> tasks_by_kernel_number(std::vector<TaskName> tasks) const {
    std::vector<std::string> folders;
    for (const TaskName& task : tasks) {
      const std::string process = "/proc/" + std::to_string(task.pid) + "/task/";
      folders.push_back(process + std::to_string(task.tid));
      folders.push_back(process + std::to_string(task.pid));
    }
    TRY_ASSIGN(const std::vector<int32_t> numbers, kernel_numbers(*instance_, folders));
    for (size_t i = 0; i < tasks.size(); ++i) {
      tasks[i].tid = numbers[2 * i];
      tasks[i].pid = numbers[2 * i + 1];
    }
    std::erase_if(tasks, [](const TaskName& task) { return task.tid == 0; });
    return tasks;
  }

  // A lost name shows as an older one; it costs no event, so it is not counted among the lost events.
  Result<void> lose(const LossInfo&) override { return {}; }

  const Tracefs& tracefs_;
  std::optional<Instance> instance_;
  std::optional<TaskRecords> records_;  // none on a kernel without these events
  std::unique_ptr<RingPump> pump_;
  std::optional<std::vector<TaskName>> there_;  // found out already, in a PID namespace
  RecordSink* sink_ = nullptr;                  // from start() on
};

}  // namespace

std::unique_ptr<TaskWatch> make_task_events(const Tracefs& tracefs) {
  return std::make_unique<TaskEvents>(tracefs);
}

}  // namespace uproar
