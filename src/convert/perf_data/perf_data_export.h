// A recording to perf.data.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/io/byte_output.h"
#include "replay/player.h"

namespace uproar {

struct PerfDataOptions {
  enum class Form {
    // The one for pipes; of recordings with call chains the file form where the output can be patched,
    // because perf script shows less of chains that come through a pipe (no offsets, no files).
    Best,
    Pipe,  // readable wherever it is cut off
    File,  // with a table at its end
  };
  Form form = Form::Best;
};

// What the player has: the events that are wanted, and the losses of the wanted CPUs. Written in one pass, in the order of time, with bounded memory. Tasks, maps, losses and call chains come
// with the records, so that perf script prints what uproar script prints, as far as perf prints these events
// rightly at all. Records of events with helper fields, with several functions or without a format text
// become those of the values that uproar shows. Errors: of the output; the file form to what cannot be
// patched.
Result<ExportOutcome> export_perf_data(Player& player, ByteOutput& output, const PerfDataOptions& options,
                                       const ProgressFunction& progress);

}  // namespace uproar
