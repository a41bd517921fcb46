// The instructions that add a call chain, or a copy of the stack, to a record in a slot. Pure.
#pragma once

#include <cstdint>

#include "lower/bpf/bpf_assembler.h"
#include "lower/bpf/bpf_frame.h"
#include "lower/bpf/bpf_options.h"

namespace uproar {

// Addresses in a chain at most (sysctl kernel.perf_event_max_stack).
inline constexpr uint32_t kMostFrames = 127;

// What it adds to a record at most, with what aligns it.
uint32_t stack_bytes(const BpfOptions& options);

// Where stack_code() finds who is not told by frame pointers: the caller of a function that has not made its frame yet, or makes
// none. 0: there is none; else where its return address is above the stack pointer, and 1 more; on arm64 in lr.
inline constexpr int32_t kCaller = kKey;

// At kEnd. `at` is BpfLayout::stack_at or stack_copy_at; what stood at kValue, kAddress, kBase, kLength, kKey and kScratch is
// gone.
void stack_code(BpfAssembler& code, const BpfOptions& options, BpfRecordPlace record, uint32_t at);

}  // namespace uproar
