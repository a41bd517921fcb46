// What perf_event_open(2) is asked for: the attributes of an event's samples and of the event that tells about tasks.
#pragma once

#include <linux/perf_event.h>

#include <cstdint>

#include "event/perf_record.h"

namespace uproar {

struct PerfWishes {
  bool call_chains = false;  // of user space; and what names their addresses: maps, with build-ids
  // For call chains, of each hit: all registers, and so many bytes of the stack (a multiple of 8), to be unwound; 0: the kernel walks
  // by frame pointers.
  uint32_t copied_stack_bytes = 0;
  bool follow = false;  // what the task starts from now on, too
  uint64_t ring_bytes =
      0;  // of the buffer that the records go to: it wakes its reader when a quarter is full
};

// The hits of the tracefs event with this number (its file `id`), each with the record that the kernel made of it.
// Switched off until it is told otherwise. Times are CLOCK_MONOTONIC.
perf_event_attr perf_sample_attribute(uint32_t event_id, const PerfWishes& wishes);

// An event that never happens, for whose tasks the kernel tells of names, beginnings and ends, and with call chains of
// maps. Its buffer takes the samples, too.
perf_event_attr perf_task_attribute(const PerfWishes& wishes);

// Of the records of both: what stands behind those that are no samples is the same in all.
PerfLayout perf_layout(const PerfWishes& wishes);

}  // namespace uproar
