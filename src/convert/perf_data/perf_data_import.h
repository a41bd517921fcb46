// perf.data to a recording.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/io/byte_input.h"
#include "convert/perf_data/tracing_data.h"
#include "recording/writer.h"

namespace uproar {

struct PerfDataImportOptions {
  FormatLookup local_formats;
  bool look_up_names = true;  // of addresses in call chains, in the files of this machine
};

// Reads the file form, the pipe form and compressed files of perf, and writes the whole recording, its end
// included. Samples with raw data become records; samples of other kinds are counted in a note. Memory is
// bounded whatever the file's length; records are sorted as perf sorts them. The names of addresses in call
// chains are looked up in the files of this machine.
//
// What is damaged or missing is told in the outcome with its place, and everything whole is kept. Errors: the
// input is no perf.data, is cut off inside its header, or has the other byte order; the recording cannot be
// written. A perf.data of the file form cannot come through a pipe: its formats stand at its end.
Result<ImportOutcome> import_perf_data(ByteInput& input, RecordingWriter& writer,
                                       const ProgressFunction& progress,
                                       const PerfDataImportOptions& options = {});

}  // namespace uproar
