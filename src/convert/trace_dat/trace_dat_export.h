// A recording to trace-cmd's trace.dat.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/io/byte_output.h"
#include "replay/player.h"

namespace uproar {

struct TraceDatOptions {
  unsigned version = 7;  // 6 or 7
  bool compress = true;  // zstd; version 6 has no compression
};

// What the player has: the events that are wanted, and the losses of the wanted CPUs.
// Records of events as the kernel knows them keep their bytes and formats; events with helper fields, with
// several functions or without a format text get records and a format of the values that uproar shows. Each
// task has one name, the last that it had. Losses stand before the next record of their CPU, and in what the
// file says of each CPU. Pages are collected in a temporary file, as the format wants those of a CPU
// together; the output is only appended to. Errors: the output's, the temporary file's.
Result<ExportOutcome> export_trace_dat(Player& player, ByteOutput& output, const TraceDatOptions& options,
                                       const ProgressFunction& progress);

}  // namespace uproar
