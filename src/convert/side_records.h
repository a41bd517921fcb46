// What a recording tells besides its events, in the order of time, to be mixed with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "recording/reader.h"

namespace uproar {

// Tasks before maps before losses where times are equal, as a process comes before its maps; of one kind in
// the order of the recording.
class SideRecords {
 public:
  // `reader` must outlive it, unchanged.
  explicit SideRecords(const RecordingReader& reader);

  enum class Kind : uint8_t { Task, Map, Loss };
  struct Entry {
    uint64_t time_ns = 0;
    Kind kind = Kind::Task;
    uint32_t index = 0;  // in reader.task_events(), maps() or losses()
  };
  // The next one that is not later than `time_ns`; nullptr: none. Valid as long as this object.
  const Entry* next(uint64_t time_ns) {
    return at_ < all_.size() && all_[at_].time_ns <= time_ns ? &all_[at_++] : nullptr;
  }

 private:
  std::vector<Entry> all_;
  size_t at_ = 0;
};

}  // namespace uproar
