// Saves what is readable of a damaged recording into a new one.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "recording/reader.h"
#include "recording/survey.h"
#include "recording/writer.h"

namespace uproar {

struct RepairReport {
  uint64_t events = 0;     // saved
  uint64_t lost = 0;       // events that the damage cost, as far as that is known
  bool lost_more = false;  // and others of which nobody knows how many
};

// Everything that `in` can read goes to `out`, which is finished with totals that are true. Events that the
// damage cost become losses of the kind Unreadable, by CPU where their blocks' headers tell; one with the
// count 0 says that their number is not known. `survey` is that of the same file. `stop` is asked now and
// then. Errors: of writing, and that `stop` said yes.
Result<RepairReport> repair_recording(RecordingReader& in, const Survey& survey, RecordingWriter& out,
                                      const std::function<bool()>& stop);

}  // namespace uproar
