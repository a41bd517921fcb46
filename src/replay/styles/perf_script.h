// The lines that `perf script` prints.
#pragma once

#include <memory>

#include "replay/styles/line_start.h"
#include "replay/styles/style.h"

namespace uproar {

Style perf_style();

// What `options` mean for this recording. Errors: -F makes no sense, or there is no clock for `tod`.
Result<PerfScriptOptions> perf_script_options(const PrintedRecording& recording, const StyleOptions& options);

// "%16s %5d [%03d] %5lu.%06lu: group:event: (ip) name=value …\n"; the event name is right-aligned to the
// longest name of `events`. Differences from perf 6.1 on purpose: formats/replay/perf-script.md.
std::unique_ptr<EventPrinter> make_perf_script_printer(const ShownEvents& events, PerfScriptOptions options);

}  // namespace uproar
