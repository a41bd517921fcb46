// Programs of our own at the probed places, their records from a ring that the kernel shares with us.
#pragma once

#include <memory>

#include "capture/backend.h"
#include "capture/record_request.h"

namespace uproar {

// Needs no tracefs. With `tells_tasks` it says of each task what /proc calls it when its first record is taken: for
// whoever has nothing better. The request must outlive the back end.
std::unique_ptr<CaptureBackend> make_bpf_backend(const RecordRequest& request, bool tells_tasks = false);

}  // namespace uproar
