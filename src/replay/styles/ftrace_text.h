// The lines that the kernel's own trace and trace_pipe print.
#pragma once

#include <memory>
#include <vector>

#include "replay/escape.h"
#include "replay/event_printer.h"

namespace uproar {

// "%16s-%-7d [%03d] FLAGS %5lu.%06lu: event: (0xip) name=value …\n", microseconds rounded as the kernel does
// (kernel: kernel/trace/trace_output.c trace_print_context, kernel/trace/trace_probe.c print_type functions).
std::unique_ptr<EventPrinter> make_ftrace_printer(const std::vector<EventInfo>& events, Escape escape);

// "CPU:1 [LOST 170 EVENTS]\n"; without a count "CPU:1 [LOST EVENTS]\n".
void append_ftrace_loss(uint32_t cpu, uint64_t count, std::string& out);

}  // namespace uproar
