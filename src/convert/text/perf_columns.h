// The columns of perf script's lines. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace uproar {

// Views point into the line.
struct PerfColumns {
  std::string_view comm;  // empty where perf knew none
  int32_t tid = 0;
  int32_t pid = 0;  // 0: not told
  std::optional<uint32_t> cpu;
  std::optional<uint64_t> time_ns;
  std::optional<uint64_t> period;
  std::string_view event;  // "sched:sched_switch", "cycles:u"
  std::string_view body;   // behind "event:", with its blanks
};

// "COMM TID [CPU] TIME: PERIOD EVENT: …", of which CPU and PERIOD may be missing, and TID be PID/TID (perf:
// tools/perf/builtin-script.c perf_sample__fprintf_start). False: it is no such line.
bool read_perf_columns(std::string_view line, PerfColumns& out);

// The same without a time, which says less: "COMM TID [CPU] PERIOD EVENT:" with nothing behind it. Only a call
// chain that follows makes sure that it is one.
bool read_timeless_columns(std::string_view line, PerfColumns& out);

}  // namespace uproar
