// Counts what goes into a recording.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recording/record_sink.h"

namespace uproar {

// Hands everything on to `sink`, which must outlive it.
class RecordCounter : public RecordSink {
 public:
  explicit RecordCounter(RecordSink& sink) : sink_(sink) {}

  uint64_t records() const { return records_; }
  // The same by event number; events that had none may be missing at the end.
  const std::vector<uint64_t>& records_by_event() const { return by_event_; }
  uint64_t lost() const { return lost_; }

  Result<uint32_t> add_event(const EventInfo& event) override { return sink_.add_event(event); }
  using RecordSink::add_record;
  Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event, std::span<const uint8_t> record,
                          std::span<const uint64_t> stack) override {
    ++records_;
    if (by_event_.size() <= event) by_event_.resize(event + 1);
    ++by_event_[event];
    return sink_.add_record(cpu, time_ns, event, record, stack);
  }
  Result<void> add_task(const TaskInfo& task) override { return sink_.add_task(task); }
  Result<void> add_map(const MapInfo& map) override { return sink_.add_map(map); }
  Result<void> add_names(const AddressNames& names) override { return sink_.add_names(names); }
  Result<void> add_loss(const LossInfo& loss) override {
    lost_ += loss.count;
    return sink_.add_loss(loss);
  }

 private:
  RecordSink& sink_;
  std::vector<uint64_t> by_event_;
  uint64_t records_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace uproar
