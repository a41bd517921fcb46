// Trace text that was captured elsewhere into a recording.
#pragma once

#include <string>

#include "base/result.h"
#include "capture/session.h"
#include "recording/writer.h"

namespace uproar {

// Reads the whole of `path` ("-": standard input) as trace or trace_pipe text; needs no kernel. Errors:
// cannot open, no line is trace text.
Result<RecordOutcome> import_text(const std::string& path, SessionInfo session, RecordingWriter& writer);

}  // namespace uproar
