// Internal to lower/bpf: one program from the events that were lowered. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lower/bpf/bpf_fields.h"
#include "lower/bpf/bpf_options.h"
#include "lower/bpf/bpf_program.h"
#include "lower/bpf/event_filter.h"
#include "lower/bpf/filter_code.h"
#include "plan/probe_plan.h"

namespace uproar {

// One argument set of an event as it is fetched at some of its sites.
struct BpfSet {
  uint32_t event = 0;
  uint32_t argument_set = 0;
  uint64_t file_offset = 0;  // of the sites, where it matters
  uint32_t caller = 0;       // where it matters: BpfEvent::callers of them
  std::vector<uint32_t> sites;
};

struct BpfLoweredEvent {
  const ProbePlan* plan = nullptr;
  BpfFields fields;
  bool in_slot = false;
  std::optional<EventFilter> filter;
  FilterNeeds needs;  // of the filter
};

// The program of the sets from `first` to `last`, all of them of entries or all of returns, and those whose record is on the
// stack before those with a slot; the number of a set is its index. Nothing: it would have more than
// BpfOptions::most_instructions.
std::optional<BpfProgram> build_program(const std::vector<BpfLoweredEvent>& events,
                                        const std::vector<BpfSet>& sets, const BpfOptions& options,
                                        uint32_t first, uint32_t last);

}  // namespace uproar
