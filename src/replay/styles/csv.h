// Comma-separated values: one row an event.
#pragma once

#include <memory>
#include <string>

#include "replay/styles/style.h"

namespace uproar {

Style csv_style();

// The first row names the columns: time, comm, pid, tid, cpu, event, ip, ret_ip, symbol, faults, cut, base64,
// then "args.NAME" for the arguments of all events, each name once. RFC 4180 quoting, lines end with a
// newline. An argument that the event does not have, or that could not be read, is an empty cell; `faults`
// names the latter. formats/replay/csv.md describes the cells. With Escape::Terminal texts with control bytes
// are base64, too.
void append_csv_header(const ShownEvents& events, std::string& out);
std::unique_ptr<EventPrinter> make_csv_printer(const ShownEvents& events, Escape escape);

}  // namespace uproar
