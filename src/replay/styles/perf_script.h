// The lines that `perf script` prints.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "recording/metadata/symbol_names.h"
#include "replay/escape.h"
#include "replay/event_printer.h"
#include "replay/styles/script_fields.h"

namespace uproar {

struct PerfScriptOptions {
  bool nanoseconds = false;  // --ns
  Escape escape = Escape::None;
  ScriptFields fields = kDefaultFields;
  bool stacks = true;                      // false: -G
  unsigned most_frames = 127;              // --max-stack
  const SymbolNames* names = nullptr;      // for ip, sym and dso; must outlive the printer
  std::optional<ClockAnchor> anchor = {};  // for tod
};

// "%16s %5d [%03d] %5lu.%06lu: group:event: (ip) name=value …\n"; the event name is right-aligned to the
// longest name of `events`. Differences from perf 6.1 on purpose: formats/replay/perf-script.md.
std::unique_ptr<EventPrinter> make_perf_script_printer(const std::vector<EventInfo>& events,
                                                       PerfScriptOptions options);

// Of that line: how wide the name is, and "group:event: " at this width.
size_t widest_event_name(const std::vector<EventInfo>& events, Escape escape);
void append_event_name(const EventSchema& schema, size_t width, Escape escape, std::string& out);

}  // namespace uproar
