// A block of records, unpacked: rows again. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recording/blocks/block_builder.h"
#include "recording/columns/column_decoder.h"

namespace uproar {

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
  friend void make_rows(ColumnBlock&, RowBlock&);
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

  ColumnDecoder decoder_;
  ColumnBlock columns_;
};

// Every record of the block, byte by byte. Takes the times, numbers and stacks out of `columns`.
void make_rows(ColumnBlock& columns, RowBlock& out);

}  // namespace uproar
