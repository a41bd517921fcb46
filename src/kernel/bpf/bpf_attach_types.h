// Numbers that older headers of the kernel lack (include/uapi/linux/bpf.h).
#pragma once

#include <cstdint>

namespace uproar {

inline constexpr uint32_t kTraceUprobeMulti = 48;      // BPF_TRACE_UPROBE_MULTI, 6.6
inline constexpr uint32_t kPerfEventLink = 41;         // BPF_PERF_EVENT, 5.15
inline constexpr uint32_t kUprobeMultiReturn = 1;      // BPF_F_UPROBE_MULTI_RETURN
inline constexpr uint64_t kMostMultiPlaces = 1 << 20;  // MAX_UPROBE_MULTI_CNT

}  // namespace uproar
