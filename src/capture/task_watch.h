// Names and parentage of tasks over time, beside whatever back end records the events.
#pragma once

#include "base/result.h"
#include "capture/backend.h"
#include "recording/record_sink.h"

namespace uproar {

// The steps in order; remove() from any state, also a second time. A back end that tells of tasks itself
// (trace_pipe's lines name them) needs none.
class TaskWatch {
 public:
  virtual ~TaskWatch() = default;

  // Makes what it needs in the kernel. May run in a thread of its own beside CaptureBackend::define().
  virtual Result<void> prepare() = 0;
  // To the tasks that the events are restricted to; not called when that is everybody.
  virtual Result<void> restrict(const TaskChoice& tasks) = 0;
  // From here on changes are recorded, and then the names that all tasks have now are handed on: a task that
  // is renamed between the two is seen twice rather than never. `sink` outlives the watch; it gets tasks only.
  virtual Result<void> start(RecordSink& sink) = 0;
  virtual Result<void> drain(Drain how_much) = 0;
  virtual Result<void> remove() = 0;
};

}  // namespace uproar
