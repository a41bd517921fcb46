// The events of a recording as BPF programs, links and places: everything that is known before the kernel is asked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/record_request.h"
#include "kernel/bpf/uprobe_link.h"
#include "lower/bpf/lower_bpf.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// Definitions of one group and name are one event of the recording, each with code of its own.
struct BpfEvents {
  // Where a definition's hits go.
  struct Code {
    uint32_t event = 0;             // number in the recording
    uint32_t first_place = 0;       // of its places among those of the event
    std::vector<uint64_t> slid_by;  // by place of the definition, see ProbeSite
  };
  // Places of one file for one program: one link.
  struct Link {
    uint32_t program = 0;
    UprobeLink places;
  };
  BpfPrograms made;
  std::vector<EventInfo> events;
  std::vector<Code> codes;  // as made.events
  std::vector<Link> links;
};

// Error: what BPF cannot do with a definition, underlined in it; two definitions of one name that differ in what
// they record.
Result<BpfEvents> bpf_events(const RecordRequest& request, const BpfOptions& options);

}  // namespace uproar
