#include "kernel/proc/clocks.h"

#include <gtest/gtest.h>
#include <time.h>

namespace uproar {
namespace {

uint64_t now(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

TEST(Clocks, MonotonicAndRealtimeAreOfThisMoment) {
  const uint64_t monotonic = now(CLOCK_MONOTONIC);
  const ClockReading reading = read_clocks();
  EXPECT_GE(reading.monotonic_ns, monotonic);
  EXPECT_LE(reading.monotonic_ns, now(CLOCK_MONOTONIC));
  // Both moved by the same from the reading until now, whatever the machine's load.
  const int64_t then = static_cast<int64_t>(reading.realtime_ns - reading.monotonic_ns);
  const int64_t later = static_cast<int64_t>(now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC));
  EXPECT_NEAR(static_cast<double>(then - later), 0, 5e7);
}

}  // namespace
}  // namespace uproar
