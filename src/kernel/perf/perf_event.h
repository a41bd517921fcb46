// One event of perf_event_open(2), and the ring buffer that several of them write to.
#pragma once

#include <linux/perf_event.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "event/perf_ring.h"

namespace uproar {

// Hits so far, of the tasks that the event is for and those that inherited it.
struct PerfCount {
  uint64_t hits = 0;
  uint64_t lost = 0;  // of these, how many found no room; 0 where the kernel does not count it
};

class PerfEvent {
 public:
  // Everybody's on one CPU (`tid` -1), or one task's. Errors say what is missing, of `name`. `attr` loses what the kernel
  // does not know: the count of the lost (6.0).
  static Result<PerfEvent> open(perf_event_attr& attr, int32_t tid, uint32_t cpu, const std::string& name);

  Result<void> enable();
  Result<void> disable();
  // Only hits that pass the kernel's filter expression.
  Result<void> set_filter(const std::string& filter);
  // Records go to the buffer of `event`, which is of the same CPU and has one.
  Result<void> write_to(const PerfEvent& event);
  Result<PerfCount> count() const;
  int fd() const { return fd_.get(); }

 private:
  PerfEvent(Fd fd, bool counts_lost) : fd_(std::move(fd)), counts_lost_(counts_lost) {}
  Fd fd_;
  bool counts_lost_;
};

// The buffer of an event, mapped. The event must outlive it.
class PerfRing {
 public:
  // `bytes` of data: a power of two, and of whole pages.
  static Result<PerfRing> map(const PerfEvent& event, uint64_t bytes);
  PerfRing(PerfRing&& other) noexcept;
  PerfRing& operator=(PerfRing&&) = delete;
  ~PerfRing();

  // What is there now. One at a time: they share memory for what lies across the end.
  PerfRingRecords records();
  // Everything before `position` may be overwritten.
  void release(uint64_t position);
  uint64_t bytes() const { return data_.size(); }

 private:
  PerfRing(void* base, size_t pages, std::span<const uint8_t> data)
      : base_(base), size_(pages), data_(data) {}
  perf_event_mmap_page* page() const { return static_cast<perf_event_mmap_page*>(base_); }

  void* base_;
  size_t size_;  // of all that is mapped
  std::span<const uint8_t> data_;
  std::vector<uint8_t> scratch_;
};

// Data bytes for a buffer that is to have about so many: whole pages, a power of two of them.
uint64_t perf_ring_bytes(uint64_t wanted);

}  // namespace uproar
