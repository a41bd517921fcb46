// Where the events of an armed instance come from: raw sub-buffers or trace_pipe text.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "capture/drain.h"
#include "capture/probe_set.h"
#include "kernel/tracefs/instance.h"
#include "recording/writer.h"

namespace uproar {

// Writes what it takes into the recording, under the numbers that the events have in the probe set.
class Source {
 public:
  virtual ~Source() = default;
  // Everything that is there now; never blocks.
  virtual Result<void> drain(Drain how_much) = 0;
  // After the last drain: losses that only the final counters tell.
  virtual Result<void> finish(uint64_t now_ns) = 0;
  virtual const std::vector<int>& poll_fds() const = 0;
  virtual uint64_t records() const = 0;
  // The same by event number; events that had none may be missing at the end.
  virtual const std::vector<uint64_t>& records_by_event() const = 0;
  virtual uint64_t lost() const = 0;
};

// The references must outlive the source; the probe set has its formats loaded.
Result<std::unique_ptr<Source>> open_ring_source(const Instance& instance, const ProbeSet& probes,
                                                 RecordingWriter& writer);
Result<std::unique_ptr<Source>> open_pipe_source(const Instance& instance, const ProbeSet& probes,
                                                 RecordingWriter& writer);

}  // namespace uproar
