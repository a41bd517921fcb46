// A block of records, unpacked as far as its columns: what can be printed without making rows of it first.
// Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "event/little_endian.h"
#include "recording/columns/column_layout.h"
#include "recording/columns/text_column.h"

namespace uproar {

// Numbers as wide as in the record, or one for all rows.
struct NumberPart {
  bool constant = false;
  uint64_t value = 0;          // the one for all
  std::vector<uint8_t> bytes;  // little-endian, each of the part's size; unused if constant
};

struct ColumnPart {
  RecordPart part;
  uint32_t at = 0;    // where it begins in the record
  NumberPart number;  // of Task (which has none of its own) and Number
  TextColumn text;    // of Bytes (without the zeros at their end) and Dynamic; by row of the group
};

// A block whose columns would take more is refused: a column of one value takes hardly a byte of a file.
inline constexpr uint64_t kMaxColumnBytes = uint64_t{64} << 20;

// Rows of events with one layout.
struct ColumnGroup {
  std::vector<uint32_t> events;  // their numbers, ascending
  RecordLayout layout;
  std::vector<uint32_t> rows;     // of the block, by row of the group
  std::vector<ColumnPart> parts;  // by part of the layout
};

// Keeps its memory when it is filled again.
struct ColumnBlock {
  std::vector<uint64_t> times;
  std::vector<uint32_t> numbers;  // of events
  std::vector<uint32_t> tasks;    // threads; 0 for rows of `odd`
  std::vector<ColumnGroup> groups;
  std::vector<uint32_t> odd;           // rows whose records fit no layout
  TextColumn odd_records;              // by index in `odd`
  std::vector<uint32_t> stack_of;      // by row; empty: no row has a stack
  std::vector<uint32_t> stack_begins;  // in frames, and the end of the last
  std::vector<uint64_t> frames;
  uint64_t record_bytes = 0;  // of all records but the odd ones, at most kMaxBlockBytes
  uint64_t column_bytes = 0;  // that the groups take in memory

  size_t rows() const { return times.size(); }
  // What it holds, about.
  uint64_t memory_bytes() const {
    return column_bytes + odd.capacity() * 24 + frames.capacity() * 8 + times.capacity() * 24 + sizeof *this;
  }
};

}  // namespace uproar
