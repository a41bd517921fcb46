// Switching events on and off in the kernel's main trace buffer.
#pragma once

#include <string>

#include "base/result.h"
#include "kernel/tracefs.h"

namespace uproar {

// events/GROUP/EVENT/enable below `tracefs` (the top one, or an instance's files). Errors name the event and the cause: EINTR
// (perf or a BPF program holds it), 524, EIO or EINVAL (the kernel refuses the place).
Result<void> set_event_enabled(const Tracefs& tracefs, const std::string& group, const std::string& event, bool on);

// events/GROUP/EVENT/filter; a refusal is the kernel's own complaint, underlined in the expression.
Result<void> set_event_filter(const Tracefs& tracefs, const std::string& group, const std::string& event, const std::string& filter);
Result<void> clear_event_filter(const Tracefs& tracefs, const std::string& group, const std::string& event);

}  // namespace uproar
