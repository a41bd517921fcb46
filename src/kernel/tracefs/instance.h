// A ring buffer of our own: instances/NAME, removed when this goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "kernel/tracefs/trace_buffer.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

// Counters of per_cpu/cpuN/stats.
struct RingStats {
  uint64_t entries = 0;
  uint64_t overrun = 0;
  uint64_t commit_overrun = 0;
  uint64_t dropped = 0;
  uint64_t read = 0;
};

class Instance : public TraceBuffer {
 public:
  // mkdir instances/NAME below the top folder. Fails if it exists. From this moment on it is held open, so that
  // nobody else's rmdir takes it away (kernel: kernel/trace/trace.c instance_rmdir, EBUSY), whatever he thinks
  // of its owner.
  static Result<Instance> create(const Tracefs& tracefs, const std::string& name);
  Instance(Instance&&) noexcept;
  Instance& operator=(Instance&&) noexcept;
  // Disables everything in it and removes it; close every descriptor into it before, or it stays, disabled,
  // for remove_leftovers. In a forked child it does nothing: the instance belongs to the process that made
  // it.
  ~Instance();

  const std::string& name() const { return name_; }

  Result<void> set_clock(const std::string& clock);  // "mono"; resets the buffer
  Result<void> set_buffer_size_kb(uint64_t per_cpu);
  // buffer_subbuf_size_kb (6.8): what the ring hands to its reader at a time. A kernel that has no such file,
  // or no memory in pieces of that size, keeps what it has. Empties the buffer, and reallocates it: before
  // set_buffer_size_kb it is small.
  void prefer_sub_buffer_kb(uint64_t kilobytes);
  Result<void> set_tracing(bool on);
  Result<void> set_option(const std::string& option, bool on);
  // set_event_pid: these tasks only, in place of what was set, and with event-fork what they start. No tasks
  // is an error: the kernel would take it as "all". Numbers here and below are those of this process's PID
  // namespace, and translated where that is not the first (kernel_numbers.h): before anything is recorded.
  Result<void> set_tasks(const std::vector<int32_t>& tids, bool follow_children);
  // set_event_notrace_pid: not these; a kernel without the file is no error.
  Result<void> exclude_tasks(const std::vector<int32_t>& tids);
  // tracing_cpumask; at least one CPU.
  Result<void> set_cpus(const std::vector<uint32_t>& cpus);
  Result<RingStats> stats(uint32_t cpu) const;
  // Numbers of the per_cpu/cpuN folders.
  std::vector<uint32_t> cpus() const;

  // Now instead of in the destructor, with the error.
  Result<void> remove();

 private:
  Instance(Tracefs top, Tracefs files, std::string name);
  Result<void> told(Result<void> done) const;

  std::string name_;   // empty: nothing to remove
  Fd held_;            // a file in it
  int32_t maker_ = 0;  // PID
};

}  // namespace uproar
