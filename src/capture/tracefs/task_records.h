// Records of the kernel's events about tasks to what a recording knows of tasks. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "event/event_schema.h"
#include "event/record_decoder.h"
#include "recording/record_sink.h"

namespace uproar {

// Of task:task_newtask and task:task_rename, as their format files describe them.
class TaskRecords {
 public:
  TaskRecords(EventSchema newtask, EventSchema rename)
      : newtask_(std::move(newtask)), rename_(std::move(rename)) {}

  // A thread that is there already, and its process.
  void know(int32_t tid, int32_t pid) { thread_groups_[tid] = pid; }

  // Hands on what the record tells, unless it is a thread made by one that is not known yet: the CPUs' records
  // do not come in the order of time, and that one's may follow. Records of other events, and those that make
  // no sense, tell nothing.
  Result<void> take(uint64_t time_ns, std::span<const uint8_t> record, RecordSink& sink);

  // Hands on the threads that waited and whose process is known by now; with `all` the others too, without a
  // process. Call it from time to time: that they wait is what keeps memory.
  Result<void> settle(bool all, RecordSink& sink);

 private:
  TaskInfo translate_fork(int32_t parent_tid);
  TaskInfo translate_rename(int32_t tid) const;

  EventSchema newtask_;
  EventSchema rename_;
  Event scratch_;
  std::vector<TaskInfo> waiting_;
  std::unordered_map<int32_t, int32_t> thread_groups_;
};

}  // namespace uproar
