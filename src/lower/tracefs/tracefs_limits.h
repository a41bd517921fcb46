// What the kernel's text interface of uprobe events takes at most, with the kernel's name of each limit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace uproar {

// kernel: kernel/trace/trace_probe.h
inline constexpr size_t kMostArguments = 128;     // MAX_TRACE_ARGS
inline constexpr size_t kLongestExpression = 63;  // MAX_ARGSTR_LEN: FETCH:TYPE, without the name
inline constexpr size_t kMostElements = 64;       // MAX_ARRAY_LEN
inline constexpr size_t kMostSteps = 15;          // FETCH_INSN_MAX less the end mark
inline constexpr size_t kLongestString = 4096;    // MAX_STRING_SIZE, its NUL counted

// kernel: kernel/trace/trace_probe.c MAX_PROBE_EVENT_SIZE: all arguments, of strings their references.
inline constexpr size_t kLargestEvent = 3072;

// kernel: include/linux/trace_events.h MAX_EVENT_NAME_LEN less the NUL; groups too.
inline constexpr size_t kLongestEventName = 63;

// kernel: kernel/trace/trace.c WRITE_BUFSIZE: one line with its newline.
inline constexpr size_t kLongestCommand = 4094;

// kernel: kernel/trace/ring_buffer.c RB_MAX_SMALL_DATA, BUF_MAX_DATA_SIZE: longer records are refused without
// any counter, whatever the size of the ring's sub-buffers.
inline constexpr uint64_t kLongestRingRecord = 4072;

// A string with a length is an array of 64 elements of 8 bytes.
inline constexpr size_t kLongestSizedString = kMostElements * 8;

}  // namespace uproar
