#include "recording/sinks/segments.h"

#include <algorithm>

#include "recording/sinks/block_sink.h"

namespace uproar {

void Segments::add(const BlockHeader& header, uint64_t offset, uint64_t end) {
  if (divide_ || segments_.back().end - segments_.back().offset >= most_bytes_) {
    segments_.push_back({offset, offset, ~uint64_t{0}, {}, {}});
    divide_ = false;
  }
  Segment& segment = segments_.back();
  segment.end = end;
  if (!holds_records(header)) {
    segment.metadata.push_back(offset);
    return;
  }
  segment.first_ns = std::min(segment.first_ns, header.first_ns);
  Segment::Records& records = segment.records[header.cpu];
  records.count += header.count;
  records.last_ns = std::max(records.last_ns, header.last_ns);
}

void Segments::flushed() {
  if (!segments_.empty() && segments_.back().end - segments_.back().offset >= wanted_bytes_) divide_ = true;
}

size_t Segments::first_kept(uint64_t bytes) const {
  size_t first = segments_.size();
  uint64_t kept = 0;
  while (first > 0) {
    const Segment& segment = segments_[first - 1];
    uint64_t more = segment.end - segment.offset;
    if (kept > 0 && kept + more > bytes) break;
    kept += more;
    --first;
  }
  return first;
}

}  // namespace uproar
