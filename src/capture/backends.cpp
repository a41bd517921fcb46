#include "capture/backends.h"

#include <unistd.h>

#include "capture/bpf/bpf_backend.h"
#include "capture/fallback_backend.h"
#include "capture/perf/perf_backend.h"
#include "capture/tracefs/task_events.h"
#include "capture/tracefs/tracefs_backend.h"

namespace uproar {

Backends make_backends(const Tracefs& tracefs, const RecordRequest& request) {
  switch (request.via) {
    case RecordRequest::Via::Tracefs:
      return {make_tracefs_backend(tracefs, request), make_task_events(tracefs)};
    case RecordRequest::Via::TracePipe:
      return {make_tracefs_backend(tracefs, request), nullptr};
    case RecordRequest::Via::Perf:
      return {make_perf_backend(tracefs, request), nullptr};
    case RecordRequest::Via::Bpf:
      // What tells of maps tells of tasks, too.
      if (request.call_chains) {
        if (!request.instead) return {make_bpf_backend(request), nullptr};
        return {
            make_fallback_backend(make_bpf_backend(request), make_perf_backend(tracefs, *request.instead)),
            nullptr};
      }
      if (request.instead) {
        return {
            make_fallback_backend(make_bpf_backend(request), make_tracefs_backend(tracefs, *request.instead)),
            make_task_events(tracefs)};
      }
      // Whoever has capabilities for BPF alone can make no instance of tracefs.
      if (::access((tracefs.root() + "/instances").c_str(), W_OK) != 0)
        return {make_bpf_backend(request, true), nullptr};
      return {make_bpf_backend(request), make_task_events(tracefs)};
  }
  return {};
}

}  // namespace uproar
