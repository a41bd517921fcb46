// Records of several CPUs in the order of their times, as perf sorts them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"

namespace uproar {

// A round is what is found in the rings of all CPUs, looked at one after the other (in a file FINISHED_ROUND stands behind
// it): whatever comes later is not older
// than the newest record of the round before. So at the end of a round all up to that time can go on (perf:
// tools/perf/util/ordered-events.c). Equal times keep their order.
class PerfQueue {
 public:
  // Takes records that are due, with what was added with them; the bytes hold during the call. An error ends
  // delivering and is passed on.
  using Sink = std::function<Result<void>(uint64_t origin, std::span<const uint8_t> record)>;

  explicit PerfQueue(Sink sink) : sink_(std::move(sink)) {}

  // Copies the record. A file without rounds does not fill the memory: the older half of too much is passed
  // on.
  Result<void> add(uint64_t time_ns, uint64_t origin, std::span<const uint8_t> record);
  Result<void> finish_round();
  Result<void> finish_all();

  // Whether records were passed on before their round ended.
  bool overflowed() const { return overflowed_; }

  static constexpr size_t kMostBytes = size_t{64} << 20;
  static constexpr size_t kMostRecords = size_t{1} << 20;

 private:
  struct Entry {
    uint64_t time_ns;
    uint64_t origin;  // where it came from: its place in the file, its CPU
    size_t at;        // in arena_
    uint32_t size;
  };
  void sort();
  Result<void> deliver(size_t count);

  Sink sink_;
  std::vector<Entry> entries_;
  std::vector<uint8_t> arena_, spare_;
  bool sorted_ = true;
  bool overflowed_ = false;
  uint64_t newest_ns_ = 0;     // of all that were added
  uint64_t round_end_ns_ = 0;  // newest_ns_ when the last round ended
};

}  // namespace uproar
