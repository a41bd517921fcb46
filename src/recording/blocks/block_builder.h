// The records of one CPU between two blocks, as the recorder adds them. Pure.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "recording/blocks/block.h"

namespace uproar {

struct RecordView {
  uint64_t time_ns = 0;
  uint32_t number = 0;  // of the event, as its Event block has it
  std::span<const uint8_t> bytes;
  std::span<const uint64_t> stack;
};

// Collects records until they become a block. clear() keeps the memory.
class BlockBuilder {
 public:
  // False if `time_ns` lies before the last record's: times within a block never fall.
  bool accepts(uint64_t time_ns) const { return times_.empty() || time_ns >= times_.back(); }

  // Requires accepts(time_ns) and a record of at most kMaxRecordBytes. Runs once per event of a recording:
  // nothing is looked at yet.
  void add(uint64_t time_ns, uint32_t event, std::span<const uint8_t> record,
           std::span<const uint64_t> stack) {
    times_.push_back(time_ns);
    numbers_.push_back(event);
    bytes_.insert(bytes_.end(), record.begin(), record.end());
    ends_.push_back(static_cast<uint32_t>(bytes_.size()));
    if (!stack.empty() || !stack_ends_.empty()) add_stack(stack);
  }

  size_t rows() const { return times_.size(); }
  // What it holds in memory, about.
  size_t raw_bytes() const { return bytes_.size() + frames_.size() * 8 + times_.size() * 20; }
  bool has_stacks() const { return !stack_ends_.empty(); }
  std::span<const uint64_t> times() const { return times_; }
  std::span<const uint32_t> numbers() const { return numbers_; }
  std::span<const uint8_t> record(size_t row) const {
    const uint32_t begin = row == 0 ? 0 : ends_[row - 1];
    return {bytes_.data() + begin, ends_[row] - begin};
  }
  std::span<const uint64_t> stack(size_t row) const {
    if (stack_ends_.empty()) return {};
    const uint32_t begin = row == 0 ? 0 : stack_ends_[row - 1];
    return {frames_.data() + begin, stack_ends_[row] - begin};
  }
  BlockHeader header(uint32_t cpu) const;
  void clear();

 private:
  void add_stack(std::span<const uint64_t> stack);

  std::vector<uint64_t> times_;
  std::vector<uint32_t> numbers_;
  std::vector<uint8_t> bytes_;
  std::vector<uint32_t> ends_;  // in bytes_
  std::vector<uint64_t> frames_;
  std::vector<uint32_t> stack_ends_;  // in frames_; empty as long as no record has a stack
};

enum class RecordStatus : uint8_t {
  Ok,
  CutRecord,       // a record runs past the block, or a number is longer than any number can be
  TooLong,         // more than kMaxRecordBytes
  BadEventNumber,  // kMaxEvents or more
  BadTime,         // times fall, run past 64 bits, or do not end where the header says
  BadCount,        // more or fewer records than the header says
  BadColumn,       // a column cannot be read, or has what no column can have
  TooLarge,        // more rows than kMaxBlockRows, more than kMaxBlockBytes of records, or columns that would
                   // take more than kMaxColumnBytes of memory
};
const char* describe(RecordStatus status);

// Could the header belong to a block of records at all? Asked before its numbers are summed up.
bool plausible_records_header(const BlockHeader& header);

}  // namespace uproar
