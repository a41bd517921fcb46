// Programs of our own at the probed places, their records from a ring that the kernel shares with us.
#pragma once

#include <memory>

#include "capture/backend.h"
#include "capture/record_request.h"

namespace uproar {

// Needs no tracefs. The request must outlive the back end.
std::unique_ptr<CaptureBackend> make_bpf_backend(const RecordRequest& request);

}  // namespace uproar
