// How the records of one CPU stand in a block: varint time delta, varint event number, varint length, bytes.
// Pure.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/byte_reader.h"
#include "recording/block.h"

namespace uproar::upr {

// Collects records until they become a block. clear() keeps the memory.
class RecordBlockBuilder {
 public:
  // False if `time_ns` lies before the last record's: times within a block never fall.
  bool accepts(uint64_t time_ns) const { return count_ == 0 || time_ns >= last_ns_; }

  // Requires accepts(time_ns) and record.size() <= kMaxRecordBytes. Runs once per event of a recording: one
  // check for room, then plain stores.
  void add(uint64_t time_ns, uint32_t event, std::span<const uint8_t> record) {
    if (count_ == 0) first_ns_ = last_ns_ = time_ns;
    if (buffer_.size() - used_ < kMaxPrefixBytes + record.size()) grow(record.size());
    uint8_t* out = buffer_.data() + used_;
    out = put_varint(time_ns - last_ns_, out);
    out = put_varint(event, out);
    out = put_varint(record.size(), out);
    if (!record.empty()) std::memcpy(out, record.data(), record.size());
    used_ = static_cast<size_t>(out - buffer_.data()) + record.size();
    last_ns_ = time_ns;
    ++count_;
  }

  std::span<const uint8_t> bytes() const { return {buffer_.data(), used_}; }
  uint32_t count() const { return count_; }
  BlockHeader header(uint32_t cpu) const;
  void clear() {
    used_ = 0;
    count_ = 0;
  }

 private:
  static constexpr size_t kMaxPrefixBytes = 30;  // three varints

  static uint8_t* put_varint(uint64_t value, uint8_t* out) {
    for (; value >= 0x80; value >>= 7) *out++ = static_cast<uint8_t>(value | 0x80);
    *out++ = static_cast<uint8_t>(value);
    return out;
  }
  void grow(size_t record_bytes);

  std::vector<uint8_t> buffer_;  // all of it is room; used_ of it is taken
  size_t used_ = 0;
  uint64_t first_ns_ = 0, last_ns_ = 0;
  uint32_t count_ = 0;
};

struct RecordView {
  uint64_t time_ns = 0;
  uint32_t number = 0;  // of the event, as its Event block has it
  std::span<const uint8_t> bytes;
};

enum class RecordStatus : uint8_t {
  Ok,
  CutRecord,       // a record runs past the block, or a number is longer than any number can be
  TooLong,         // more than kMaxRecordBytes
  BadEventNumber,  // kMaxEvents or more
  BadTime,         // times run past 64 bits, or do not end where the header says
  BadCount,        // more or fewer records than the header says
};
const char* describe(RecordStatus status);

// Goes through the raw bytes of a block; they must outlive it and every view.
class RecordCursor {
 public:
  RecordCursor() : reader_({}) {}
  RecordCursor(const BlockHeader& header, std::span<const uint8_t> raw)
      : reader_(raw), time_ns_(header.first_ns), left_(header.count) {}

  bool done() const { return left_ == 0; }
  // Requires !done().
  RecordStatus next(RecordView& out);
  bool all_read() const { return left_ == 0 && reader_.at_end(); }

 private:
  ByteReader reader_;
  uint64_t time_ns_ = 0;
  uint32_t left_ = 0;
};

// Could the header belong to a block of records at all? Asked before its numbers are summed up.
bool plausible_records_header(const BlockHeader& header);

// Ok if every record can be read and the header tells the truth. Calls `seen` for each record.
template <typename Seen>
RecordStatus check_records(const BlockHeader& header, std::span<const uint8_t> raw, Seen seen) {
  RecordCursor cursor(header, raw);
  RecordView view;
  view.time_ns = header.last_ns;
  while (!cursor.done()) {
    RecordStatus status = cursor.next(view);
    if (status != RecordStatus::Ok) return status;
    seen(view);
  }
  if (!cursor.all_read()) return RecordStatus::BadCount;
  return view.time_ns == header.last_ns ? RecordStatus::Ok : RecordStatus::BadTime;
}

}  // namespace uproar::upr
