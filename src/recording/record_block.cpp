#include "recording/record_block.h"

#include <algorithm>

namespace uproar::upr {

const char* describe(RecordStatus status) {
  switch (status) {
    case RecordStatus::Ok:
      return "records are whole";
    case RecordStatus::CutRecord:
      return "a record runs past the end of its block";
    case RecordStatus::TooLong:
      return "a record is longer than 64 KiB";
    case RecordStatus::BadEventNumber:
      return "a record has an impossible event number";
    case RecordStatus::BadTime:
      return "times of the records contradict the block header";
    case RecordStatus::BadCount:
      return "number of records contradicts the block header";
  }
  return "unknown fault";
}

BlockHeader RecordBlockBuilder::header(uint32_t cpu) const {
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Records);
  header.cpu = cpu;
  header.count = count_;
  header.first_ns = first_ns_;
  header.last_ns = last_ns_;
  return header;
}

void RecordBlockBuilder::grow(size_t record_bytes) {
  buffer_.resize(std::max(2 * buffer_.size(), used_ + kMaxPrefixBytes + record_bytes));
}

RecordStatus RecordCursor::next(RecordView& out) {
  uint64_t delta = reader_.varint();
  uint64_t number = reader_.varint();
  uint64_t length = reader_.varint();
  if (reader_.failed()) return RecordStatus::CutRecord;
  if (length > kMaxRecordBytes) return RecordStatus::TooLong;
  if (number >= kMaxEvents) return RecordStatus::BadEventNumber;
  if (time_ns_ + delta < time_ns_) return RecordStatus::BadTime;
  out.bytes = reader_.bytes(length);
  if (reader_.failed()) return RecordStatus::CutRecord;
  time_ns_ += delta;
  out.time_ns = time_ns_;
  out.number = static_cast<uint32_t>(number);
  --left_;
  return RecordStatus::Ok;
}

bool plausible_records_header(const BlockHeader& header) {
  return header.cpu < kMaxCpus && header.first_ns <= header.last_ns && header.count > 0 &&
         header.count <= header.raw_bytes / kMinStoredRecordBytes;
}

}  // namespace uproar::upr
