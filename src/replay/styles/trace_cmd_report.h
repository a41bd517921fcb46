// The lines that `trace-cmd report` prints.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "recording/metadata/session_info.h"
#include "recording/metadata/task_table.h"
#include "replay/styles/style.h"

namespace uproar {

Style trace_cmd_style();

struct TraceCmdOptions {
  bool nanoseconds = false;  // as `trace-cmd report -t`
  Escape escape = Escape::None;
  // SessionInfo::clock; times of clocks that count no nanoseconds print as they are.
  std::string clock = {};
  // Must outlive the printer. trace-cmd knows one name for each task, the last that it had, and prints that
  // for all its events; without a table each event has its own.
  const TaskTable* tasks = nullptr;
};

// "cpus=2\n", the report's first line.
std::string trace_cmd_header(const SessionInfo& session);

// "%16s-%-5d [%03d] %5lu.%06lu: event:      (ip) name=value …\n", microseconds rounded, the name padded to 20
// characters; a line of what was lost before an event stands before it; where events come from several
// instances, the instance's name stands before everything. A printer that is told losses keeps them until
// their CPU's next event. Differences from trace-cmd 3.1.6 on purpose: formats/replay/trace-cmd.md.
std::unique_ptr<EventPrinter> make_trace_cmd_printer(const ShownEvents& events, TraceCmdOptions options);

}  // namespace uproar
