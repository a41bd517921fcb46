// One recording from arming to removal: the order of its steps, and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "capture/backend.h"
#include "capture/hit_account.h"
#include "capture/record_request.h"
#include "capture/snapshot_trigger.h"
#include "capture/task_watch.h"
#include "kernel/tracefs/tracefs.h"
#include "recording/writer.h"

namespace uproar {

struct RecordOutcome {
  EndSummary summary;
  uint64_t bytes = 0;
  int command_status = 0;  // of -- COMMAND, as a shell would report it
  uint64_t ring_lost = 0;  // of the lost events those that a larger buffer would have kept
  HitAccount hits;
  uint64_t cut_chains =
      0;                // call chains that a larger copied piece of the stack would have told to their end
  std::string warning;  // something that is worth a line, empty if nothing is
};

// Tells a person that it runs: called when everything is armed, and about ten times a second from then on, with
// what is recorded so far.
using RecordProgress = std::function<void(uint64_t events, uint64_t bytes, uint64_t lost)>;

// Records with these until a reason to stop (a signal, the duration, the end of the command or of all
// processes and threads that were chosen, RecordRequest::enough, an error), and removes everything they made, on every way out; the error told is
// the first one. `tasks` may be null. With `snapshots` the writer's sink is a SnapshotRing.
//
// The order, and why:
//   fork the command, held back           an inherited ring descriptor would break reading
//   define; prepare the task watch        side by side: the kernel mostly waits
//   schemas                               they head the file, and name the events of --snapshot-at
//   restrict both                         before anything can be recorded that was not asked for
//   head of the file                      what explains the records is there before the first
//   start the task watch                  a task renamed now is seen twice rather than never
//   flush, arm                            from here on there are events
//   let the command go                    it meets armed probes at its first instruction
//   drain, flush, snapshots …             ten times a second, until there is a reason to stop
//   disarm, drain all, settle             then every hit is a record or a loss
//   end of the file
//   remove the task watch, the back end
//
// Recording that fails before the command goes leaves a file with a head at most. When it fails later, what was
// recorded is drained, and the file finished if that succeeds: else it keeps what was written, and has no end.
Result<RecordOutcome> record_with(CaptureBackend& backend, TaskWatch* tasks, const RecordRequest& request,
                                  RecordingWriter& writer, const RecordProgress& progress,
                                  const SnapshotPlan* snapshots = nullptr);

// With the back end that the request names.
Result<RecordOutcome> record(const Tracefs& tracefs, const RecordRequest& request, RecordingWriter& writer,
                             const RecordProgress& progress, const SnapshotPlan* snapshots = nullptr);

}  // namespace uproar
