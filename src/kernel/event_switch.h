// Switches many events of a buffer on or off, or none.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/tracefs/trace_buffer.h"
#include "kernel/tracefs/uprobe_events.h"

namespace uproar {

// Each event is switched on, with `filter` if that is not empty (else it keeps the one it has). Where the kernel
// refuses one, those switched before get back the state and the filter that they had, and its error is given; what
// could not be put back is named in it.
Result<void> enable_events(TraceBuffer& buffer, const std::vector<const ListedEvent*>& events,
                           const std::string& filter);

// The same for off; the events have no filter then: one that outlives its switching on would surprise the next
// user of the event.
Result<void> disable_events(TraceBuffer& buffer, const std::vector<const ListedEvent*>& events);

}  // namespace uproar
