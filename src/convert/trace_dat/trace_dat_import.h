// trace-cmd's trace.dat to a recording.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/io/byte_input.h"
#include "recording/writer.h"

namespace uproar {

// Versions 6 and 7, plain or packed with zstd or zlib, all buffers. The records of all CPUs are written in
// the order of their times and keep their bytes; events keep their format texts; tasks have the one name that
// the file gives them. `session` tells the converting command; what the file says of its own machine is put
// in.
//
// The input must be able to seek. What is whole is read, what is not is in ImportOutcome::damage, counted as
// lost (LossInfo::Kind::Unreadable) where it is known how much it was. The writer is finished, unless there
// is an error: of the file before its first record (the message names the place), or of the writer.
Result<ImportOutcome> import_trace_dat(ByteInput& input, SessionInfo session, RecordingWriter& writer,
                                       const ProgressFunction& progress);

}  // namespace uproar
