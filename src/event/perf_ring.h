// The records in a ring buffer of perf_event_open(2). Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "event/perf_record.h"

namespace uproar {

// What lies between two positions of a ring, which count bytes from its beginning and only grow (kernel:
// include/uapi/linux/perf_event.h struct perf_event_mmap_page).
class PerfRingRecords {
 public:
  // `data` is the ring's whole data area. `from` is where the reader has come to, `to` the kernel's data_head.
  PerfRingRecords(std::span<const uint8_t> data, uint64_t from, uint64_t to, std::vector<uint8_t>& scratch)
      : data_(data), at_(from), end_(to), scratch_(scratch) {}

  // The next whole record; it lives until the next call, and while the kernel is not told to go on behind it. False:
  // there is none, or what is there makes no sense (status()); then position() is behind all of it.
  bool next(std::span<const uint8_t>& record);
  uint64_t position() const { return at_; }
  PerfStatus status() const { return status_; }

 private:
  bool fail(PerfStatus status);

  std::span<const uint8_t> data_;
  uint64_t at_, end_;
  std::vector<uint8_t>& scratch_;  // for records that begin at the end and end at the beginning
  PerfStatus status_ = PerfStatus::Ok;
};

}  // namespace uproar
