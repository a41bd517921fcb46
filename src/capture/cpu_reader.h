// Drains one CPU of an instance's ring buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "kernel/tracefs/instance.h"

namespace uproar {

class CpuReader {
 public:
  // Keep the instance alive for as long as the reader, and fork no child while one is open: closing an
  // inherited descriptor of trace_pipe_raw ends the parent's reading too (kernel: tracing_buffers_flush).
  static Result<std::unique_ptr<CpuReader>> open(const Instance& instance, uint32_t cpu);
  virtual ~CpuReader() = default;

  // The next sub-buffer, with its header, of records that were not delivered before, or false when the ring
  // is empty; valid until the next call. Consumes what it delivers; never blocks.
  virtual Result<bool> next(std::span<const uint8_t>& sub_buffer) = 0;

  // For poll(2): readable when the buffer is as full as the instance's buffer_percent says.
  virtual int poll_fd() const = 0;
  virtual uint32_t cpu() const = 0;
};

}  // namespace uproar
