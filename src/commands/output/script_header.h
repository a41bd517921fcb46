// What script --header prints.
#pragma once

#include <string>

#include "recording/reader.h"
#include "replay/escape.h"

namespace uproar {

// Lines in the form of perf's header, "# hostname : …", of what the recording knows; `full` (-I) also how it
// was recorded, the definitions, and the losses.
std::string header_text(const RecordingReader& reader, bool full, Escape escape);

}  // namespace uproar
