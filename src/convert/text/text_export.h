// A recording to one of the formats that are text.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/file_formats.h"
#include "convert/io/byte_output.h"
#include "recording/reader.h"
#include "replay/escape.h"

namespace uproar {

// `format` is TraceText, JsonLines or Csv. Trace text begins as that of tracefs's file `trace` and has a line
// where events were lost. Records that do not fit their event's format are left out and counted in the notes.
// Error: the output's.
Result<ExportOutcome> export_text(RecordingReader& reader, FileFormat format, Escape escape,
                                  ByteOutput& output, const ProgressFunction& progress);

}  // namespace uproar
