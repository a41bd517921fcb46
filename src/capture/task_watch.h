// The names of tasks over time, from the kernel's own events about tasks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "capture/ring_pump.h"
#include "event/event_schema.h"
#include "event/record_decoder.h"
#include "kernel/tracefs/instance.h"
#include "recording/writer.h"

namespace uproar {

// task:task_newtask (fork: the new task's name, and whether it is a thread) and task:task_rename (prctl and
// exec). saved_cmdlines is no substitute: it keeps one name per task, the last one, and gives it to earlier
// events too.
//
// The events go into a small instance of their own with the same clock: a flood of probe hits then never
// overwrites a name, and the probes' ring counts lost probe records only.
class TaskWatch : private RecordSink {
 public:
  // Makes the instance "NAME-tasks". A kernel without these events gives a watch that sees nothing.
  static Result<std::unique_ptr<TaskWatch>> create(const Tracefs& tracefs, const std::string& name,
                                                   RecordingWriter& writer);
  ~TaskWatch() override = default;

  // Restrict to these tasks (and what they start), as the probes' instance is.
  Result<void> set_tasks(const std::vector<int32_t>& tids, bool follow_children);

  // From here on changes are recorded; then the names of all existing tasks are taken from /proc.
  Result<void> start();
  Result<void> drain(Drain how_much);

  Result<void> remove();

 private:
  TaskWatch(Instance instance, RecordingWriter& writer) : instance_(std::move(instance)), writer_(writer) {}
  Result<void> take(uint32_t cpu, uint64_t time_ns, std::span<const uint8_t> record) override;
  Result<void> lose(const LossInfo& loss) override;
  Result<void> settle(bool all);
  TaskInfo translate_fork(int32_t parent_tid);
  TaskInfo translate_rename(int32_t tid);

  Instance instance_;
  RecordingWriter& writer_;
  std::optional<EventSchema> newtask_;
  std::optional<EventSchema> rename_;
  std::unique_ptr<RingPump> pump_;
  Event scratch_;
  std::vector<TaskInfo> waiting_;  // threads whose process is not known yet
  std::unordered_map<int32_t, int32_t> thread_groups_;
};

}  // namespace uproar
