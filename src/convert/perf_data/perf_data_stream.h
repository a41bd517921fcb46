// The records of a perf.data file one after the other, unpacked where they are compressed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "convert/io/byte_input.h"
#include "event/perf_record.h"
#include "recording/blocks/damage.h"

namespace uproar {

struct PerfRawRecord {
  uint64_t offset = 0;  // in the file; of a compressed record: of the one that it came in
  PerfRecordHeader header;
  std::span<const uint8_t> bytes;  // the whole record; holds until the next call
};

// Bounded in memory whatever the sizes say. What makes no sense is passed over up to the next place from
// which several records follow one another; each such place is told once.
class PerfDataStream {
 public:
  // Records from `begin` up to `end` (~0: the end of the input). `input` must outlive it. `largest_unpacked`
  // bounds what one COMPRESSED record may become (0: not told by the file).
  static std::unique_ptr<PerfDataStream> create(ByteInput& input, uint64_t begin, uint64_t end);
  virtual ~PerfDataStream() = default;

  virtual void set_largest_unpacked(uint64_t bytes) = 0;

  // False: no more. Error: the system's while reading.
  virtual Result<bool> next(PerfRawRecord& out) = 0;

  // The `size` bytes that stand behind the last record and belong to it (HEADER_TRACING_DATA, AUXTRACE);
  // fewer where the file ends. Valid until the next call. Error: more than ByteInput::kMaxView.
  virtual Result<std::span<const uint8_t>> payload(uint64_t size) = 0;
  virtual void skip_payload(uint64_t size) = 0;

  virtual uint64_t position() const = 0;  // in the file
  // Found since the last call.
  virtual std::vector<Damage> take_damage() = 0;
};

}  // namespace uproar
