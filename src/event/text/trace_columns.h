// The columns that stand before the event's name in a line of trace or trace_pipe. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uproar {

// Views point into the line.
struct TraceColumns {
  std::string_view comm;  // empty where the kernel printed <...>
  int32_t tid = 0;
  int32_t pid = 0;  // 0 without the record-tgid column, or if it holds dashes
  uint32_t cpu = 0;
  uint8_t flags = 0;  // 0 without the irq-info column
  uint8_t preempt_count = 0;
  uint64_t time_ns = 0;  // clocks that count no seconds (counter, x86-tsc, uptime): the number as it stands
  std::string_view event;
  std::string_view body;  // behind "event: "
};

enum class ColumnStatus : uint8_t {
  Ok,
  NotAnEvent,  // no COMM-TID … [CPU] at the start
  Damaged,     // these are there, but what follows is no time and event name
};

// kernel: kernel/trace/trace_output.c trace_print_context and trace_print_lat_fmt
ColumnStatus read_trace_columns(std::string_view line, TraceColumns& out);

// The same for names of tasks of up to `widest` bytes: programs that rewrite traces fill in names of their own,
// longer than the kernel's.
ColumnStatus read_wide_columns(std::string_view line, size_t widest, TraceColumns& out);

// Lines of the option latency-format, whose times are microseconds from the beginning of the trace:
// "bash-42        0d..1.  1354us : name: …". So does trace-cmd report -l, with times as ever.
bool read_latency_columns(std::string_view line, TraceColumns& out);

}  // namespace uproar
