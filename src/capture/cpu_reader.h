// Drains one CPU of an instance's ring buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "kernel/instance.h"

namespace uproar {

// A stretch of one sub-buffer with records that were not delivered before. Valid until the next call of
// next().
struct RingChunk {
  std::span<const uint8_t> sub_buffer;  // whole, with its header
  uint32_t start = 0;  // records whose position (RingPage::Record) is below were delivered earlier
  uint32_t end = 0;    // records from here on come with a later stretch
};

class CpuReader {
 public:
  enum class Method { Mapped, Read };

  // Maps the buffer where the kernel can (6.10), else reads copies of it. Keep the instance alive for as long
  // as the reader, and fork no child while one is open: closing an inherited descriptor of trace_pipe_raw
  // ends the parent's reading too (kernel: tracing_buffers_flush).
  static Result<std::unique_ptr<CpuReader>> open(const Instance& instance, uint32_t cpu);
  static Result<std::unique_ptr<CpuReader>> open_with(const Instance& instance, uint32_t cpu, Method method);
  virtual ~CpuReader() = default;

  // The next stretch, or false when the buffer is empty. Consumes what it delivers; never blocks.
  virtual Result<bool> next(RingChunk& out) = 0;

  // For poll(2): readable when the buffer is as full as the instance's buffer_percent says.
  virtual int poll_fd() const = 0;
  virtual uint32_t cpu() const = 0;
  virtual Method method() const = 0;
};

}  // namespace uproar
