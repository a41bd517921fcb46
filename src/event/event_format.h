// A tracefs events/GROUP/EVENT/format text to a schema. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "event/event_schema.h"

namespace uproar {

// Works for uprobe events and for ordinary tracepoints (has_ip is then false). libtraceevent parses the
// fields; what it does not know of uprobe events (string arrays, array counts, x32 against u32, char) is read
// from the text and print fmt. `group` is not in the text and is the caller's.
Result<EventSchema> parse_event_format(std::string_view text, std::string_view group);

}  // namespace uproar
