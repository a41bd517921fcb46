// What a trace.dat says before and besides its records.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "convert/io/byte_input.h"
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

// True if the file begins as a trace.dat does.
bool is_trace_dat(std::span<const uint8_t> start);

// Reads everything but the pages. The input must be able to seek. What is damaged without making the pages
// unreadable is in Contents::damage. Errors: no trace.dat, of another version, byte order or compression, a
// latency trace, cut before its pages; the message names the place.
Result<Contents> read_contents(ByteInput& input);

}  // namespace uproar::trace_dat
