// A BPF ring buffer, read in the memory that it shares with the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "kernel/bpf/bpf_map.h"

namespace uproar {

// What stands next in a ring's data, which lie twice behind one another in memory, `size` bytes each (a power of two).
enum class RingStep : uint8_t {
  Record,
  Discarded,
  Empty,   // everything that was produced is taken
  Busy,    // the next record is still being written
  Broken,  // what stands there is no record
};
// From position `taken` of all `produced`; moves `taken` behind what it took. Pure.
RingStep next_in_ring(const uint8_t* data, size_t size, uint64_t produced, uint64_t& taken,
                      std::span<const uint8_t>& record);

// Written by programs with BPF_RB_NO_WAKEUP, which makes them five times as fast: nobody is told of a record,
// so whoever reads looks again every few milliseconds. One thread reads.
class BpfRing {
 public:
  // `bytes`: rounded up to a power of two, a page at least.
  static Result<BpfRing> create(const std::string& name, size_t bytes);

  int map() const { return map_.get(); }
  size_t size() const { return size_; }

  // The next record; false when there is none, or when the next is still being written. It lives until
  // release(). Error: what stands there is no record, which is nothing that a kernel does; the ring is not read
  // any further.
  Result<bool> next(std::span<const uint8_t>& record);

  // Gives the room of all records that were taken back to the writers.
  void release();

  // Bytes of records, taken or not, that have no room given back.
  size_t waiting() const;

 private:
  BpfRing() = default;
  uint64_t produced() const;

  Fd map_;
  size_t size_ = 0;
  BpfMapping consumer_;  // a page, of which the first word is ours
  BpfMapping producer_;  // a page, of which the first word is the kernel's, and the data twice
  uint64_t taken_ = 0;
};

}  // namespace uproar
