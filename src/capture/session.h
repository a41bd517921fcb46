// One recording from arming to removal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "capture/hit_account.h"
#include "capture/record_request.h"
#include "capture/snapshot_trigger.h"
#include "kernel/tracefs/tracefs.h"
#include "recording/writer.h"

namespace uproar {

struct RecordOutcome {
  EndSummary summary;
  uint64_t bytes = 0;
  int command_status = 0;  // of -- COMMAND, as a shell would report it
  uint64_t ring_lost = 0;  // of the lost events those that a larger buffer would have kept
  HitAccount hits;
  std::string warning;  // something that is worth a line, empty if nothing is
};

// Tells a person that it runs: called about ten times a second with what is recorded so far.
using RecordProgress = std::function<void(uint64_t events, uint64_t bytes, uint64_t lost)>;

// Defines the temporary events, records until a reason to stop, and removes everything it made, on every way
// out. With `snapshots` the writer's sink is a SnapshotRing. The file is finished also when recording failed
// half-way (disk full): what was written stays readable.
//
// Order, and why: fork the command first (an inherited ring descriptor would break reading), define, read
// formats and beside it make the buffers, restrict to tasks, open the readers, enable the task events, take
// the names of existing tasks, enable the probes, let the command go. At the end tracing goes off before the
// probes do.
Result<RecordOutcome> record(const Tracefs& tracefs, const RecordRequest& request, RecordingWriter& writer,
                             const RecordProgress& progress, const SnapshotPlan* snapshots = nullptr);

}  // namespace uproar
