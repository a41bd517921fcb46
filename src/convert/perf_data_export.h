// A recording to perf.data.
#pragma once

#include "base/result.h"
#include "convert/byte_output.h"
#include "convert/conversion.h"
#include "recording/reader.h"

namespace uproar {

struct PerfDataOptions {
  // The form with a table at its end instead of the one for pipes, which is readable wherever it is cut off.
  // Needs an output that can be patched.
  bool file_form = false;
};

// Written in one pass, in the order of time, with bounded memory. Tasks, maps, losses and call chains come
// with the records, so that perf script prints what uproar script prints, as far as perf prints these events
// rightly at all. Records of events with helper fields, with several functions or without a format text
// become those of the values that uproar shows. Errors: of the output; the file form into a pipe.
Result<ExportOutcome> export_perf_data(RecordingReader& reader, ByteOutput& output,
                                       const PerfDataOptions& options, const ProgressFunction& progress);

}  // namespace uproar
