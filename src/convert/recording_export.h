// A recording to a recording that holds less.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "recording/writer.h"
#include "replay/player.h"

namespace uproar {

// Writes what the player has, with everything that the recording knows of its session and tasks, the events
// that are wanted, and the losses of the wanted CPUs. The writer is finished, unless there is an error: the
// writer's.
Result<ExportOutcome> export_recording(Player& player, RecordingWriter& writer,
                                       const ProgressFunction& progress);

}  // namespace uproar
