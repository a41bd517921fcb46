// What a recording tells besides its events, in order of time, to be mixed with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "recording/reader.h"
#include "select/selection.h"

namespace uproar {

// Which kinds; and of a file that grows those that come next: what is later than `after_ns` (what was there before
// the recording has time 0), and behind the first so many of the file also what is earlier; none later than
// `until_ns`, which comes another time.
struct SideChoice {
  bool tasks = false, maps = false, losses = false;
  size_t tasks_before = 0, maps_before = 0, losses_before = 0;
  uint64_t after_ns = 0, until_ns = UINT64_MAX;
};

// Exactly one of the three; it lives as long as the reader.
struct SideRecord {
  uint64_t time_ns = 0;
  const TaskInfo* task = nullptr;
  const MapInfo* map = nullptr;
  const LossInfo* loss = nullptr;
};

// Tasks before maps before losses where times are equal, as a process comes before its maps; of one kind in
// the order of the recording.
class SideRecords {
 public:
  SideRecords() = default;
  // `reader` must outlive it, unchanged. With a selection only those of its CPUs, as perf does; what was
  // there before the recording counts as CPU 0's.
  SideRecords(const RecordingReader& reader, const SideChoice& choice, const Selection* selection);

  // No more is left.
  bool empty() const { return at_ == all_.size(); }
  // The next one that is not later than `time_ns`; nullptr: none. Valid as long as this object.
  const SideRecord* next(uint64_t time_ns) {
    return at_ < all_.size() && all_[at_].time_ns <= time_ns ? &all_[at_++] : nullptr;
  }
  void rewind() { at_ = 0; }

 private:
  std::vector<SideRecord> all_;
  size_t at_ = 0;
};

}  // namespace uproar
