// The records of an armed instance: raw sub-buffers or trace_pipe text.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "capture/backend.h"
#include "capture/tracefs/probe_set.h"
#include "kernel/tracefs/instance.h"
#include "recording/record_sink.h"

namespace uproar {

// Hands on what it takes, finished (record_finish.h), under the numbers that the events have in the probe set.
class EventSource {
 public:
  virtual ~EventSource() = default;
  // Everything that is there now; never blocks.
  virtual Result<void> drain(Drain how_much) = 0;
  // After the last drain: losses that only the final counters tell.
  virtual Result<void> finish(uint64_t now_ns) = 0;
  virtual const std::vector<int>& poll_fds() const = 0;
};

// `events` are those of a probe set that has its formats loaded. The instance and the sink must outlive the
// source.
Result<std::unique_ptr<EventSource>> open_ring_source(const Instance& instance,
                                                      const std::vector<ArmedEvent>& events,
                                                      RecordSink& sink);
Result<std::unique_ptr<EventSource>> open_pipe_source(const Instance& instance,
                                                      const std::vector<ArmedEvent>& events,
                                                      RecordSink& sink);

}  // namespace uproar
