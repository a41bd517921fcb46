#include "capture/bpf/reading_pace.h"

#include <algorithm>

namespace uproar {

void ReadingPace::looked(size_t waiting, size_t size) {
  if (waiting > size / 4) {
    interval_ns_ /= 2;
  } else if (waiting > size / 64) {
    // Something is going on: as often as at first, once the ring is nearly empty at each look.
    if (waiting < size / 8) interval_ns_ = std::min(interval_ns_ + interval_ns_ / 4, kUsual);
    interval_ns_ = std::min(interval_ns_, kUsual);
  } else {
    interval_ns_ += interval_ns_ / 4;
  }
  interval_ns_ = std::clamp(interval_ns_, kShortest, kLongest);
}

}  // namespace uproar
