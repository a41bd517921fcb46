// From where the times of a replay are counted.
#pragma once

#include <cstdint>

namespace uproar {

// The only thing in a replay that depends on what was printed before: kept apart from the printers.
class TimeCount {
 public:
  enum class Mode : uint8_t {
    Absolute,
    SinceFirst,     // --reltime: since the first line that is printed
    SincePrevious,  // --deltatime: since the line before
  };
  explicit TimeCount(Mode mode) : mode_(mode) {}

  bool absolute() const { return mode_ == Mode::Absolute; }
  // For the next line, whose time is `time_ns`: what EventPrinter::count_from() needs. A line without a time
  // (0) does not count.
  uint64_t next_origin(uint64_t time_ns) {
    if (mode_ == Mode::Absolute) return 0;
    const uint64_t origin = origin_ns_ == 0 ? time_ns : origin_ns_;
    if (origin_ns_ == 0 || mode_ == Mode::SincePrevious) origin_ns_ = time_ns;
    return origin;
  }

 private:
  Mode mode_;
  uint64_t origin_ns_ = 0;
};

}  // namespace uproar
