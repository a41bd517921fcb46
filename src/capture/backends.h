// Which back end serves a request: the one place that knows them all.
#pragma once

#include <memory>

#include "capture/backend.h"
#include "capture/record_request.h"
#include "capture/task_watch.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

struct Backends {
  std::unique_ptr<CaptureBackend> events;
  std::unique_ptr<TaskWatch> tasks;  // none where the records tell of tasks themselves
};

// For RecordRequest::via. Nothing is touched in the kernel yet. Both references must outlive what is made.
Backends make_backends(const Tracefs& tracefs, const RecordRequest& request);

}  // namespace uproar
