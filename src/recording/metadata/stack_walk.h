// The addresses of a call chain, with the process that each belongs to.
#pragma once

#include <cstdint>
#include <span>

#include "recording/metadata/symbol_names.h"

namespace uproar {

// Calls `frame(pid, address)` for at most `most_frames` addresses, the innermost first: `pid` is the process,
// or SymbolNames::kKernel behind the marks of the kernel and the hypervisor (kernel:
// include/uapi/linux/perf_event.h enum perf_callchain_context). Ends at other marks, as perf does (perf:
// tools/perf/util/machine.c add_callchain_ip). Whoever notes, names or prints the frames of a chain walks it
// so.
template <typename Frame>
void walk_stack(std::span<const uint64_t> stack, int32_t process, unsigned most_frames, Frame frame) {
  constexpr uint64_t kFirstMark = static_cast<uint64_t>(-4095);
  constexpr uint64_t kHypervisorMark = static_cast<uint64_t>(-32);
  constexpr uint64_t kKernelMark = static_cast<uint64_t>(-128);
  constexpr uint64_t kUserMark = static_cast<uint64_t>(-512);
  int32_t pid = process;
  unsigned frames = 0;
  for (const uint64_t address : stack) {
    if (frames == most_frames) return;
    if (address < kFirstMark) {
      frame(pid, address);
      ++frames;
    } else if (address == kUserMark) {
      pid = process;
    } else if (address == kKernelMark || address == kHypervisorMark) {
      pid = SymbolNames::kKernel;
    } else {
      return;
    }
  }
}

}  // namespace uproar
