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

// Where stack_code() finds whether the site is a function's first instruction: nothing of the function has run, and who
// called is told by the return address alone. 0: it is not; else it is.
inline constexpr int32_t kAtEntry = kKey;

// At kEnd. `at` is BpfLayout::stack_at or stack_copy_at; what stood at kValue, kAddress, kBase, kLength, kKey and kScratch is
// gone.
void stack_code(BpfAssembler& code, const BpfOptions& options, BpfRecordPlace record, uint32_t at);

}  // namespace uproar
