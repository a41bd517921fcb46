// The last touch on a record before it is stored.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "capture/tracefs/probe_set.h"
#include "event/presentation.h"

namespace uproar {

// Takes out of a record what nobody will be shown (Presentation::tidy), and gives an event whose probe was
// put on a cheaper instruction the address of the place that the user asked for.
class RecordFinish {
 public:
  // After ProbeSet::load_formats.
  explicit RecordFinish(const std::vector<ArmedEvent>& events);

  // `event` counts as in the events given. The result is `record` itself or lives until the next call.
  std::span<const uint8_t> finish(uint32_t event, std::span<const uint8_t> record);

 private:
  struct Work {
    Presentation presentation;
    std::vector<uint64_t> slid_by;  // by place; empty: none of them slid
    std::vector<uint64_t> offsets;  // in the file, of the places that were asked for
    bool needed = false;
  };
  static uint64_t distance(const Work& work, const Event& event);
  static void move_address(const Work& work, const Event& event, std::span<uint8_t> record);

  std::vector<Work> work_;
  std::vector<uint8_t> copy_;
  Event event_;
};

}  // namespace uproar
