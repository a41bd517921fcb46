// All perf events of one recording: each event of it for each chosen task on each CPU, and two buffers for each CPU.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/perf/perf_event.h"
#include "lower/perf/perf_attribute.h"

namespace uproar {

struct PerfEventsRequest {
  struct Event {
    std::string name;    // for messages
    uint32_t id = 0;     // its number in tracefs
    std::string filter;  // of the kernel; empty: none
  };
  std::vector<Event> events;  // of those at one place the first comes first
  std::vector<uint32_t> cpus;
  std::vector<int32_t> threads;  // empty: everybody
  PerfWishes wishes;             // ring_bytes: for samples, of each CPU
};

class PerfEvents {
 public:
  struct Cpu {
    uint32_t number = 0;
    PerfRing tasks;  // apart: a flood of hits must not take their names away
    std::optional<PerfRing> samples;
    size_t first = 0;  // of the taps, the one whose buffer that is
  };

  // Opens all, switched off. Threads that have ended meanwhile are left out. Errors: none is left; what perf_event_open
  // and mmap refuse.
  static Result<std::unique_ptr<PerfEvents>> open(const PerfEventsRequest& request);

  // From here on the kernel tells of the tasks.
  Result<void> watch_tasks();
  // From here on hits are recorded and counted.
  Result<void> enable();
  // Goes on whatever fails; the first error is the result.
  Result<void> disable();

  std::vector<Cpu>& cpus() { return cpus_; }
  // Of the buffers whose first task lives.
  std::vector<int> poll_fds() const;
  // Whether the kernel counts what it lost; else records tell.
  bool counts_lost() const { return counts_lost_; }

  // By event.
  Result<std::vector<PerfCount>> counts() const;
  // Of all events, on a CPU by its position in cpus().
  Result<uint64_t> lost_on(size_t cpu) const;

 private:
  struct Tap {
    size_t event = 0;
    size_t cpu = 0;
    PerfEvent opened;
  };
  PerfEvents() = default;
  Result<void> open_tasks(const PerfEventsRequest& request, const std::vector<int32_t>& threads);
  Result<void> open_taps(const PerfEventsRequest& request);
  Result<void> keep_breakpoints(const PerfEventsRequest::Event& event, uint32_t cpu);

  // Behind the events whose memory they map, they go first.
  std::vector<std::vector<PerfEvent>> tasks_;  // by position of the CPU; the first of each has the buffer
  std::vector<int32_t> threads_;               // whose they are
  std::vector<PerfEvent> keepers_;             // of everybody, never switched on
  std::vector<Tap> taps_;
  std::vector<Cpu> cpus_;
  size_t events_ = 0;
  bool counts_lost_ = true;
};

}  // namespace uproar
