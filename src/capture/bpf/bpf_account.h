// What programs counted against what arrived: every hit is a record, filtered, or lost. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "event/bpf_abi.h"
#include "recording/record_sink.h"

namespace uproar {

// Reads uproar_counters[codes * cpus], which programs go on changing; they must outlive it.
class BpfAccount {
 public:
  // `events`: by code, the number of its event in the recording.
  BpfAccount(const uproar_counters* counters, std::vector<uint32_t> events, uint32_t cpus);

  // Tells the losses that were counted since the last call: when, on which CPU, of which event.
  Result<void> tell_losses(RecordSink& sink);

  struct Totals {
    uint64_t hits = 0;      // that were wanted: not those that the filter dropped
    uint64_t lost = 0;      // told by tell_losses
    uint64_t recorded = 0;  // as they were handed on
    // Neither recorded nor lost: a program that still waits for a page, if there is anything at all.
    uint64_t missing() const { return hits > lost + recorded ? hits - lost - recorded : 0; }
  };
  // By event of the recording; `recorded` by code. Behind the last record.
  std::vector<Totals> totals(std::span<const uint64_t> recorded) const;

 private:
  const uproar_counters* counters_;
  std::vector<uint32_t> events_;
  uint32_t cpus_;
  std::vector<uint64_t> told_;  // by counter
};

}  // namespace uproar
