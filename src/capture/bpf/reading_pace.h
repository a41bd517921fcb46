// How soon a ring that tells nobody of its records is to be looked at again. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace uproar {

class ReadingPace {
 public:
  // `waiting` of `size` bytes were found at this look.
  void looked(size_t waiting, size_t size);
  // Until the next look.
  uint64_t interval_ns() const { return interval_ns_; }

  // A thread on each of two processors fills a tenth of 16 MiB in 5 ms at full rate.
  static constexpr uint64_t kUsual = 5'000'000;
  static constexpr uint64_t kShortest = 500'000;
  static constexpr uint64_t kLongest = 40'000'000;

 private:
  uint64_t interval_ns_ = kUsual;
};

}  // namespace uproar
