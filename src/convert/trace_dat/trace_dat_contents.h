// What a trace.dat says before and besides its records. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "convert/trace_dat/trace_dat_packing.h"
#include "event/ring_page.h"
#include "recording/blocks/damage.h"

namespace uproar::trace_dat {

// The pages of one CPU of one buffer: a run of sub-buffers, or of chunks of packed ones.
struct Stream {
  uint32_t cpu = 0;
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

struct Buffer {
  std::string name;   // of the instance; empty: the main buffer
  std::string clock;  // "mono"; empty: not told
  uint32_t page_bytes = 0;
  std::vector<Stream> streams;  // CPUs that have pages
};

// What the kernel counted, for one CPU of one buffer.
struct CpuStatistics {
  std::string buffer;
  uint32_t cpu = 0;
  uint64_t overrun = 0;
  uint64_t dropped = 0;
};

struct FormatText {
  std::string group;
  std::string text;
};

struct Contents {
  unsigned version = 0;
  Packing packing = Packing::None;
  RingLayout layout;
  std::vector<FormatText> formats;  // of the events that were recorded, then the tracer's own ("ftrace")
  size_t tracer_formats = 0;        // how many of them are the tracer's own
  std::unordered_map<int32_t, std::string> names;  // of tasks, the last that each had
  std::string kernel_symbols;                      // text of /proc/kallsyms; may be empty
  std::string printk_formats;                      // text of printk_formats
  std::string host, kernel, machine;
  std::string tool_version;
  uint32_t cpus = 0;
  int64_t time_shift_ns = 0;  // to be added to every time (trace-cmd record --date, --ts-offset)
  // Times are ticks: nanoseconds are ticks * multiplier >> shift. 0: they are nanoseconds.
  uint32_t tick_multiplier = 0, tick_shift = 0;
  std::vector<Buffer> buffers;
  uint32_t max_chunk_bytes = 0;  // of one CPU, so that all CPUs together stay within kMaxOpenBytes
  std::vector<CpuStatistics> statistics;
  std::vector<Damage> damage;
};

}  // namespace uproar::trace_dat
