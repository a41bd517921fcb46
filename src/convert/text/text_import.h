// Trace text that was captured elsewhere into a recording.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/io/byte_input.h"
#include "recording/writer.h"

namespace uproar {

// Reads the whole input as text of trace or trace_pipe, a pipe as it comes. `session` tells the converting
// command. The writer is finished, unless there is an error: of reading, of the writer, or no line is trace
// text.
Result<ImportOutcome> import_trace_text(ByteInput& input, SessionInfo session, RecordingWriter& writer,
                                        const ProgressFunction& progress);

}  // namespace uproar
