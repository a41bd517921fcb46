// The formats of tracepoints as perf.data carries them (feature TRACING_DATA), which is the beginning of a
// trace.dat file of version 6. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {

struct TracepointFormat {
  std::string system;
  uint64_t id = 0;     // of its "ID:" line; 0: it has none
  std::string format;  // the text
};

struct TracingData {
  std::vector<TracepointFormat> events;
  std::string fault;  // why reading ended before the end, empty if it did not; what stands before is there
};

TracingData parse_tracing_data(std::span<const uint8_t> bytes);

// The number behind "ID:", 0 if there is none.
uint64_t tracepoint_id(std::string_view format);

// The format text of a tracepoint that the file itself does not have (perf writes formats last, so the file
// of a recorder that was killed has none): "GROUP" and text by the number of the tracepoint. Empty text: not
// known. `host` and `kernel` (uname -n, -r) are the machine's that has it: numbers mean something else on any
// other, and after another boot.
struct LocalFormat {
  std::string group, text;
  std::string host, kernel;
};
using FormatLookup = std::function<LocalFormat(uint64_t id)>;

}  // namespace uproar
