// Hits that the kernel counted against records that arrived: what is lost, and what cannot be told. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "event/event_schema.h"
#include "lower/tracefs/tracefs_limits.h"

namespace uproar {

// Bytes that a record of the event can have at most; a string takes up to 4,096, but for `short_strings` of them,
// which are names of tasks and constants.
uint64_t longest_record(const EventSchema& schema, size_t short_strings = 0);

// One event of the recording. The kernel counts hits (uprobe_profile) also while a probe is being switched
// off, when nothing is recorded any more: the true number lies between the counts before and after the stop.
// Of a return probe it counts the calls (kernel: kernel/trace/trace_uprobe.c uprobe_dispatcher), which says
// nothing about lost returns.
struct EventHits {
  bool is_return = false;
  bool may_outgrow_the_ring = false;
  uint64_t before_stop = 0;
  uint64_t after_stop = 0;
  uint64_t recorded = 0;
};

// Which hits the recording was to take.
enum class HitChoice {
  All,      // every hit of the system
  Tasks,    // those of chosen tasks: the kernel's count is of all tasks
  Partial,  // filters or chosen CPUs: the count says nothing
};

struct HitAccount {
  uint64_t hits = 0;
  uint64_t vanished = 0;     // lost without any counter of the ring: too long for it
  uint64_t unexplained = 0;  // of other tasks, or too long for the ring: the kernel does not tell which
  uint64_t calls_without_return =
      0;  // still running, left by longjmp, nested deeper than 64, or with too long a record
};

// `ring_lost`: what the ring's own counters say, of all events together.
HitAccount settle_hits(const std::vector<EventHits>& events, uint64_t ring_lost, HitChoice choice);

}  // namespace uproar
