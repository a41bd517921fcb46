// What readers of blocks and of whole recordings hand out and are asked for. Plain data.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace uproar {

// One stored record; the bytes live until the next call of next().
struct StoredRecord {
  uint64_t time_ns = 0;
  uint32_t cpu = 0;
  uint32_t event = 0;  // index into RecordingReader::events()
  std::span<const uint8_t> bytes;
  std::span<const uint64_t> stack;  // as Event::stack
};

// Times that are wanted, both ends included.
struct TimeRange {
  uint64_t first_ns = 0;
  uint64_t last_ns = ~uint64_t{0};
};

// Sums over the headers of blocks of records.
struct RecordTotals {
  uint64_t records = 0;
  uint64_t lost = 0;
  uint64_t first_ns = 0, last_ns = 0;  // both 0 without records
  std::vector<uint32_t> cpus;          // that have records, ascending
};

}  // namespace uproar
