// Links: what makes the kernel run a BPF program at places of a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

// Places of one file, for one program. All of them belong into one link: closing a link waits for the CPUs,
// 25 to 75 ms, be it of one place or of five thousand (kernel: kernel/trace/bpf_trace.c bpf_uprobe_unregister).
struct UprobeLink {
  struct Place {
    uint64_t file_offset = 0;
    uint64_t cookie = 0;
    uint64_t ref_counter = 0;  // file offset of the USDT semaphore, raised as long as the link lives; 0: none
  };
  std::string path;
  std::vector<Place> places;  // at least one; an offset may stand in it several times
  bool is_return = false;
  int32_t process = 0;  // only in the memory of this process (a thread group's leader); 0: in everybody's
};

// The same offset twice runs the program twice, in the order of the links that exist: the newest first.
// Error: names the place that the kernel refuses, where it is one (all others are let go again, too).
// The places are armed as long as the descriptor lives.
Result<Fd> link_uprobes(int program, const UprobeLink& link);

// Whether this kernel can make such links (6.6). Attaches nothing: it tries a folder, to which a kernel that
// knows the way of attaching says something else than one that does not. `program` is loaded for UprobeMulti.
bool knows_uprobe_links(int program);

// Runs the program whenever the perf event, which is of a tracefs event, is hit; whether it is enabled or not.
Result<Fd> link_perf_event(int program, int perf_event, uint64_t cookie);

}  // namespace uproar
