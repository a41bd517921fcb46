// The records in the buffers of a recording's perf events, on their way into the recording.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"
#include "capture/backend.h"
#include "capture/perf/perf_events.h"
#include "capture/tracefs/probe_set.h"
#include "recording/record_sink.h"
#include "symbolize/task_recorder.h"

namespace uproar {

// Hands on samples as the records that the kernel made of the hits, losses, and what tasks do. With call chains
// everything goes on in the order of time over all CPUs, or nobody could say what stood at an address when it was met.
class PerfRecords {
 public:
  // Takes records of another kind when it is their turn; the bytes hold during the call.
  using Others = std::function<Result<void>(uint32_t cpu, std::span<const uint8_t> record)>;

  // All must outlive it. `events` have their formats loaded.
  PerfRecords(PerfEvents& perf, const std::vector<ArmedEvent>& events, const PerfWishes& wishes,
              RecordSink& sink, Others others = {});
  ~PerfRecords();

  // Tasks and maps that were there before go in here, before the first drain.
  TaskRecorder& tasks();
  // With call chains: a record that is no perf event's, for others() in the order of time. Before the drain of the same look.
  Result<void> add_other(uint64_t time_ns, uint32_t cpu, std::span<const uint8_t> record);
  // What the buffers hold when they are looked at, and with Drain::All what waits for its turn.
  Result<void> drain(Drain how_much);
  // Behind the last drain: what the counters tell of losses that no record told.
  Result<void> settle(uint64_t now_ns);
  // Names of the places in call chains that were seen since the last time; `again`: there will be a next.
  Result<void> write_names(bool again);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace uproar
