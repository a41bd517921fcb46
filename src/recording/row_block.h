// A block of records, unpacked: rows again. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recording/record_block.h"
#include "recording/record_layout.h"
#include "recording/text_column.h"

namespace uproar::upr {

// Keeps its memory when it is filled again.
class RowBlock {
 public:
  size_t rows() const { return times_.size(); }
  uint64_t time(size_t row) const { return times_[row]; }
  uint32_t number(size_t row) const { return numbers_[row]; }
  std::span<const uint8_t> record(size_t row) const { return {bytes_.data() + begins_[row], lengths_[row]}; }
  std::span<const uint64_t> stack(size_t row) const {
    if (stack_of_.empty()) return {};
    const uint32_t stack = stack_of_[row];
    return {frames_.data() + stack_begins_[stack], stack_begins_[stack + 1] - stack_begins_[stack]};
  }
  RecordView view(size_t row) const { return {time(row), number(row), record(row), stack(row)}; }
  uint64_t memory_bytes() const {
    return bytes_.capacity() + frames_.capacity() * 8 + times_.capacity() * 24;
  }

 private:
  friend class RowDecoder;
  std::vector<uint64_t> times_;
  std::vector<uint32_t> numbers_;
  std::vector<uint32_t> begins_, lengths_;  // in bytes_
  std::vector<uint8_t> bytes_;              // the records of one event stand together
  std::vector<uint32_t> stack_of_;          // empty: no row has a stack
  std::vector<uint32_t> stack_begins_;      // in frames_, and the end of the last
  std::vector<uint64_t> frames_;
};

// Keeps its memory. One for each thread.
class RowDecoder {
 public:
  // `raw` is the unpacked payload of a Columns block, or of a Records block of format 1. The content of `out`
  // counts only if the status is Ok: then every record is there, and the header tells the truth.
  RecordStatus decode(const BlockHeader& header, std::span<const uint8_t> raw, RowBlock& out);

 private:
  RecordStatus decode_rows(const BlockHeader& header, std::span<const uint8_t> raw, RowBlock& out);
  RecordStatus decode_columns(const BlockHeader& header, ByteReader& in, RowBlock& out);
  RecordStatus decode_times(const BlockHeader& header, ByteReader& in, RowBlock& out);
  RecordStatus decode_numbers(ByteReader& in, RowBlock& out);
  bool decode_stacks(ByteReader& in, RowBlock& out);
  RecordStatus decode_group(ByteReader& in, RowBlock& out);
  bool take_group_rows(ByteReader& in);
  RecordStatus decode_dynamic(ByteReader& in, size_t rows);
  RecordStatus place_records(const std::vector<uint32_t>& rows, RowBlock& out);
  bool decode_parts(ByteReader& in, const std::vector<uint32_t>& rows, RowBlock& out);
  RecordStatus decode_odd(ByteReader& in, RowBlock& out);

  NumberDecoder numbers_;
  TextDecoder texts_;
  TextColumn text_;
  RecordLayout layout_;
  std::vector<TextColumn> dynamic_;  // of the group, by dynamic part
  size_t dynamic_used_ = 0;
  std::vector<std::vector<uint32_t>> rows_;  // by event number
  std::vector<uint32_t> present_, odd_;
  std::vector<uint32_t> group_rows_;  // of the group that is being read
  std::vector<uint64_t> column_;
  std::vector<uint32_t> tasks_;    // by row
  std::vector<uint32_t> data_at_;  // by row of the group, where its next dynamic data go
};

}  // namespace uproar::upr
