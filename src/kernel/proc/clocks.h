// The same moment on the clocks that a recording relates.
#pragma once

#include <cstdint>

namespace uproar {

struct ClockReading {
  uint64_t monotonic_ns = 0;
  uint64_t realtime_ns = 0;
  uint64_t perf_ns = 0;  // perf's default clock (local_clock); 0 when perf_event_open is not allowed
};

// CLOCK_MONOTONIC (trace clock mono) and CLOCK_REALTIME read around each other, the tightest of several
// tries; perf's clock from the time of a PERF_RECORD_COMM that this thread causes by setting its own
// unchanged name.
ClockReading read_clocks();

}  // namespace uproar
