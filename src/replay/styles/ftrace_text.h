// The lines that the kernel's own trace and trace_pipe print.
#pragma once

#include <memory>
#include <string>

#include "replay/styles/style.h"

namespace uproar {

// As a file it is what tracefs's file `trace` holds: with its head, and a line where events were lost.
Style ftrace_style();

// "%16s-%-7d [%03d] FLAGS %5lu.%06lu: event: (0xip) name=value …\n", microseconds rounded as the kernel does
// (kernel: kernel/trace/trace_output.c trace_print_context, kernel/trace/trace_probe.c print_type functions).
// `with_losses`: a line for each loss that is told.
std::unique_ptr<EventPrinter> make_ftrace_printer(const ShownEvents& events, Escape escape,
                                                  bool with_losses = false);

// "CPU:1 [LOST 170 EVENTS]\n"; without a count "CPU:1 [LOST EVENTS]\n".
void append_ftrace_loss(uint32_t cpu, uint64_t count, std::string& out);

}  // namespace uproar
