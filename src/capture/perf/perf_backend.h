// The back end of perf events: the tracefs event opened for each task and CPU, with what tasks do and call chains.
#pragma once

#include <memory>

#include "capture/backend.h"
#include "capture/record_request.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

// Its records tell of tasks themselves. Both references must outlive it.
std::unique_ptr<CaptureBackend> make_perf_backend(const Tracefs& tracefs, const RecordRequest& request);

}  // namespace uproar
