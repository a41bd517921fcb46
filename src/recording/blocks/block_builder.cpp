#include "recording/blocks/block_builder.h"

namespace uproar {

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
    case RecordStatus::BadColumn:
      return "a column of the block cannot be read";
    case RecordStatus::TooLarge:
      return "block claims to hold more than 131072 records, or more than 16 MiB of them";
  }
  return "unknown fault";
}

BlockHeader BlockBuilder::header(uint32_t cpu) const {
  BlockHeader header;
  header.type = static_cast<uint8_t>(BlockType::Columns);
  header.cpu = cpu;
  header.count = static_cast<uint32_t>(times_.size());
  header.first_ns = times_.front();
  header.last_ns = times_.back();
  return header;
}

void BlockBuilder::add_stack(std::span<const uint64_t> stack) {
  // Those before had none.
  stack_ends_.resize(times_.size() - 1, static_cast<uint32_t>(frames_.size()));
  frames_.insert(frames_.end(), stack.begin(), stack.end());
  stack_ends_.push_back(static_cast<uint32_t>(frames_.size()));
}

void BlockBuilder::clear() {
  times_.clear();
  numbers_.clear();
  bytes_.clear();
  ends_.clear();
  frames_.clear();
  stack_ends_.clear();
}

bool plausible_records_header(const BlockHeader& header) {
  if (header.cpu >= kMaxCpus || header.first_ns > header.last_ns || header.count == 0) return false;
  if (header.is(BlockType::Columns)) return header.count <= kMaxBlockRows;
  return header.count <= header.raw_bytes / kMinStoredRecordBytes;
}

}  // namespace uproar
