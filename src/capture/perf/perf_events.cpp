#include "capture/perf/perf_events.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace uproar {
namespace {

constexpr int32_t kEverybody = -1;
// Some thousands of tasks and maps between two looks.
constexpr uint64_t kTaskBytes = uint64_t{1} << 20;
constexpr uint64_t kFewTaskBytes = uint64_t{1} << 16;

// Whoever is not root may have half a megabyte for each CPU (sysctl kernel.perf_event_mlock_kb), or less.
Result<PerfRing> map_task_ring(const PerfEvent& event) {
  for (uint64_t bytes = kTaskBytes;; bytes /= 2) {
    Result<PerfRing> ring = PerfRing::map(event, perf_ring_bytes(bytes));
    if (ring.ok() || ring.error().sys_errno != EPERM || bytes <= kFewTaskBytes) return ring;
  }
}

}  // namespace

Result<std::unique_ptr<PerfEvents>> PerfEvents::open(const PerfEventsRequest& request) {
  auto events = std::unique_ptr<PerfEvents>(new PerfEvents);
  events->events_ = request.events.size();
  TRY(events->open_tasks(request, request.threads.empty() ? std::vector{kEverybody} : request.threads));
  TRY(events->open_taps(request));
  return events;
}

// The first CPU tells which threads are there; one that ends before the last is not missed any more. The first event has its
// buffer before another one is led to it, or the kernel refuses that (kernel/events/core.c perf_event_set_output).
Result<void> PerfEvents::open_tasks(const PerfEventsRequest& request, const std::vector<int32_t>& threads) {
  perf_event_attr attr = perf_task_attribute(request.wishes);
  for (const uint32_t cpu : request.cpus) {
    std::vector<PerfEvent>& opened = tasks_.emplace_back();
    std::optional<PerfRing> ring;
    for (const int32_t thread : threads) {
      Result<PerfEvent> event = PerfEvent::open(attr, thread, cpu, "what tells of tasks");
      if (!event.ok()) {
        if (event.error().sys_errno == ESRCH && threads.size() > 1) continue;
        return std::move(event.error());
      }
      if (ring) {
        TRY(event->write_to(opened.front()));
      } else {
        TRY_ASSIGN(PerfRing mapped, map_task_ring(*event));
        ring.emplace(std::move(mapped));
      }
      if (cpu == request.cpus.front()) threads_.push_back(thread);
      opened.push_back(std::move(*event));
    }
    if (!ring)
      return Error{"all threads that were chosen have ended", {}, "record them while they run", ESRCH};
    cpus_.push_back({cpu, std::move(*ring), {}, {}});
  }
  return {};
}

// With events that are inherited alone, hits of a process are lost from the moment on at which a child of its own that
// had run another program ends (seen on 6.18): breakpoints are taken out of the memory of the task that an event belongs to
// when it is closed, and by then it may have been swapped with that of another task (kernel: kernel/events/core.c
// perf_event_context_sched_out, kernel/trace/trace_uprobe.c uprobe_perf_close). As long as somebody wants the hits of
// everybody, none is taken out.
Result<void> PerfEvents::keep_breakpoints(const PerfEventsRequest::Event& event, uint32_t cpu) {
  perf_event_attr attr = perf_sample_attribute(event.id, {});
  TRY_ASSIGN(PerfEvent keeper, PerfEvent::open(attr, kEverybody, cpu, event.name));
  keepers_.push_back(std::move(keeper));
  return {};
}

// Of several events at one place the kernel runs the last one first (kernel: kernel/events/uprobes.c consumer_add):
// opened backwards, they come in the order that the user gave.
Result<void> PerfEvents::open_taps(const PerfEventsRequest& request) {
  for (size_t number = request.events.size(); number-- > 0;) {
    const PerfEventsRequest::Event& event = request.events[number];
    if (request.wishes.follow) TRY(keep_breakpoints(event, request.cpus.front()));
    perf_event_attr attr = perf_sample_attribute(event.id, request.wishes);
    for (size_t cpu = 0; cpu < cpus_.size(); ++cpu) {
      for (const int32_t thread : threads_) {
        Result<PerfEvent> opened = PerfEvent::open(attr, thread, cpus_[cpu].number, event.name);
        if (!opened.ok()) {
          if (opened.error().sys_errno == ESRCH) continue;
          return std::move(opened.error());
        }
        if (cpus_[cpu].samples) {
          TRY(opened->write_to(taps_[cpus_[cpu].first].opened));
        } else {
          TRY_ASSIGN(PerfRing ring, PerfRing::map(*opened, request.wishes.ring_bytes));
          cpus_[cpu].samples.emplace(std::move(ring));
          cpus_[cpu].first = taps_.size();
        }
        if (!event.filter.empty()) TRY(opened->set_filter(event.filter));
        taps_.push_back({number, cpu, std::move(*opened)});
      }
    }
    counts_lost_ = counts_lost_ && (attr.read_format & PERF_FORMAT_LOST) != 0;
  }
  return {};
}

Result<void> PerfEvents::watch_tasks() {
  for (std::vector<PerfEvent>& of_cpu : tasks_) {
    for (PerfEvent& event : of_cpu) TRY(event.enable());
  }
  return {};
}

Result<void> PerfEvents::enable() {
  for (Tap& tap : taps_) TRY(tap.opened.enable());
  return {};
}

Result<void> PerfEvents::disable() {
  Result<void> outcome;
  const auto off = [&](PerfEvent& event) {
    Result<void> done = event.disable();
    if (!done.ok() && outcome.ok()) outcome = std::move(done);
  };
  for (Tap& tap : taps_) off(tap.opened);
  for (std::vector<PerfEvent>& of_cpu : tasks_) {
    for (PerfEvent& event : of_cpu) off(event);
  }
  return outcome;
}

// The descriptor of a task that has ended is always ready (kernel: kernel/events/core.c perf_poll).
std::vector<int> PerfEvents::poll_fds() const {
  std::vector<int> fds;
  for (const Cpu& cpu : cpus_) {
    if (!cpu.samples) continue;
    pollfd look{taps_[cpu.first].opened.fd(), 0, 0};
    if (::poll(&look, 1, 0) == 0) fds.push_back(look.fd);
  }
  return fds;
}

Result<std::vector<PerfCount>> PerfEvents::counts() const {
  std::vector<PerfCount> counts(events_);
  for (const Tap& tap : taps_) {
    TRY_ASSIGN(const PerfCount count, tap.opened.count());
    counts[tap.event].hits += count.hits;
    counts[tap.event].lost += count.lost;
  }
  return counts;
}

Result<uint64_t> PerfEvents::lost_on(size_t cpu) const {
  uint64_t lost = 0;
  for (const Tap& tap : taps_) {
    if (tap.cpu != cpu) continue;
    TRY_ASSIGN(const PerfCount count, tap.opened.count());
    lost += count.lost;
  }
  return lost;
}

}  // namespace uproar
