// Where a growing recording can be cut, and what goes with the part before the cut. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "recording/blocks/block.h"

namespace uproar {

// A run of whole blocks of a file.
struct Segment {
  struct Records {
    uint64_t count = 0;
    uint64_t last_ns = 0;
  };
  uint64_t offset = 0;
  uint64_t end = 0;
  uint64_t first_ns = ~uint64_t{0};     // of its records; ~0: none
  std::map<uint32_t, Records> records;  // by CPU
  std::vector<uint64_t> metadata;       // offsets of the blocks that hold no records
};

// Divides a file into at most about a hundred segments, whatever its size: the memory that this takes does
// not grow with the limit. A segment ends where the writer flushed, if it does so often enough: there the
// CPUs are cut at the same time.
class Segments {
 public:
  explicit Segments(uint64_t max_bytes) : wanted_bytes_(max_bytes / 64), most_bytes_(max_bytes / 16) {}

  // The block at offset..end of the file; blocks come in file order.
  void add(const BlockHeader& header, uint64_t offset, uint64_t end);
  void flushed();
  // The next block begins a segment.
  void divide() { divide_ = true; }

  const std::deque<Segment>& all() const { return segments_; }
  // The first segment of those that are kept if about `bytes` of the newest are: those before it hold the
  // rest. At least the last one is kept.
  size_t first_kept(uint64_t bytes) const;

 private:
  uint64_t wanted_bytes_, most_bytes_;
  std::deque<Segment> segments_;
  bool divide_ = true;
};

}  // namespace uproar
