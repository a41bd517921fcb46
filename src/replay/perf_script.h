// The lines that `perf script` prints by default.
#pragma once

#include <memory>
#include <vector>

#include "replay/text_sink.h"

namespace uproar {

struct PerfScriptOptions {
  bool nanoseconds = false;  // --ns
  Escape escape = Escape::None;
};

// "%16s %5d [%03d] %5lu.%06lu: group:event: (ip) name=value …\n"; the event name is right-aligned to the
// longest name of `events`. Differences from perf 6.1 on purpose: formats/replay/perf-script.md.
std::unique_ptr<EventPrinter> make_perf_script_printer(const std::vector<EventInfo>& events,
                                                       PerfScriptOptions options);

}  // namespace uproar
