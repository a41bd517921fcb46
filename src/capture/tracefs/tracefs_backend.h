// Events of uprobe_events, recorded into a trace instance of our own.
#pragma once

#include <cstdint>
#include <memory>

#include "capture/backend.h"
#include "capture/record_request.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

// RecordRequest::Via::Tracefs reads raw sub-buffers, TracePipe the same instance's text. Both references must
// outlive the back end.
std::unique_ptr<CaptureBackend> make_tracefs_backend(const Tracefs& tracefs, const RecordRequest& request);

// 64 MiB shared by the CPUs, but at least 1 MiB and at most 8 MiB each.
uint64_t default_buffer_kb(uint32_t cpus);

}  // namespace uproar
