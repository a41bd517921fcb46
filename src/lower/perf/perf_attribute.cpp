#include "lower/perf/perf_attribute.h"

#include <time.h>

#include <algorithm>

namespace uproar {
namespace {

// As perf record has it (kernel: sysctl perf_event_max_stack).
constexpr uint16_t kMostFrames = 127;

// As perf has them: of x86 without the segments of data (tools/perf/arch/x86/include/perf_regs.h PERF_REGS_MASK).
#ifdef __aarch64__
constexpr uint64_t kAllRegisters = (uint64_t{1} << 33) - 1;
#else
constexpr uint64_t kAllRegisters = 0xff0fff;
#endif

perf_event_attr common(const PerfWishes& wishes) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.disabled = 1;
  attr.inherit = wishes.follow;
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  attr.sample_id_all = 1;
  attr.read_format = PERF_FORMAT_LOST;
  attr.watermark = 1;
  attr.wakeup_watermark = static_cast<uint32_t>(std::max<uint64_t>(wishes.ring_bytes / 4, 1));
  // The time alone: the raw record knows its event and its thread, the ring its CPU. The number of the process is
  // needed to find out what stood at an address.
  attr.sample_type = PERF_SAMPLE_TIME;
  if (wishes.call_chains) attr.sample_type |= PERF_SAMPLE_TID;
  return attr;
}

}  // namespace

perf_event_attr perf_sample_attribute(uint32_t event_id, const PerfWishes& wishes) {
  perf_event_attr attr = common(wishes);
  attr.type = PERF_TYPE_TRACEPOINT;
  attr.config = event_id;
  attr.sample_period = 1;
  attr.sample_type |= PERF_SAMPLE_RAW;
  if (wishes.call_chains && wishes.copied_stack_bytes != 0) {
    attr.sample_type |= PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
    attr.sample_regs_user = kAllRegisters;
    attr.sample_stack_user = wishes.copied_stack_bytes;
  } else if (wishes.call_chains) {
    attr.sample_type |= PERF_SAMPLE_CALLCHAIN;
    attr.sample_max_stack = kMostFrames;
    attr.exclude_callchain_kernel = 1;  // a probe is hit in user space
  }
  return attr;
}

perf_event_attr perf_task_attribute(const PerfWishes& wishes) {
  perf_event_attr attr = common(wishes);
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_DUMMY;
  attr.comm = 1;
  attr.comm_exec = 1;
  attr.task = 1;
  attr.mmap = wishes.call_chains;
  attr.mmap2 = wishes.call_chains;
  attr.build_id = wishes.call_chains;
  return attr;
}

PerfLayout perf_layout(const PerfWishes& wishes) {
  const perf_event_attr attr = perf_sample_attribute(0, wishes);
  return {attr.sample_type, attr.read_format, true, attr.sample_regs_user};
}

}  // namespace uproar
