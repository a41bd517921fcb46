// What an instance's buffers hold, as the kernel hands it out: raw sub-buffers of one CPU, or text of all.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "kernel/tracefs/trace_buffer.h"

namespace uproar {

// Both keep nothing of the buffer that they are opened with; an instance with one of them open cannot be
// removed. Both consume what they deliver and never block.

// per_cpu/cpuN/trace_pipe_raw.
class RawRing {
 public:
  // Fork no child while one is open: closing an inherited descriptor of trace_pipe_raw ends the parent's
  // reading too (kernel: tracing_buffers_flush).
  static Result<RawRing> open(const TraceBuffer& buffer, uint32_t cpu);

  // The next sub-buffer, with its header, of records that were not delivered before, or false when the ring
  // is empty; valid until the next call.
  Result<bool> next(std::span<const uint8_t>& sub_buffer);

  // For poll(2): readable when the buffer is as full as the instance's buffer_percent says.
  int poll_fd() const { return fd_.get(); }
  uint32_t cpu() const { return cpu_; }

 private:
  RawRing(Fd fd, uint32_t cpu, size_t sub_buffer_bytes)
      : fd_(std::move(fd)), cpu_(cpu), bytes_(sub_buffer_bytes) {}
  Fd fd_;
  uint32_t cpu_;
  std::vector<uint8_t> bytes_;
};

// trace_pipe: the events of all CPUs as lines of text, in the order of time.
class TracePipe {
 public:
  static Result<TracePipe> open(const TraceBuffer& buffer);

  // A piece of text that was not delivered before, which may end within a line, or false when there is none
  // now; valid until the next call.
  Result<bool> next(std::string_view& text);
  int poll_fd() const { return fd_.get(); }

 private:
  explicit TracePipe(Fd fd) : fd_(std::move(fd)), text_(size_t{256} << 10) {}
  Fd fd_;
  std::vector<char> text_;
};

}  // namespace uproar
