// The payload of a Columns block to its columns. Pure; formats/recording/README.md has the bytes,
// recording/columns/column_encoder.h the way there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recording/blocks/block_builder.h"
#include "recording/columns/column_block.h"

namespace uproar {

// Keeps its memory. One for each thread.
class ColumnDecoder {
 public:
  // `raw` is the unpacked payload; it must outlive `out`, whose texts point into it. The content of `out`
  // counts only if the status is Ok: then every row is in one group or odd, every record is as long as a
  // record may be, and the header tells the truth.
  RecordStatus decode(const BlockHeader& header, std::span<const uint8_t> raw, ColumnBlock& out);

 private:
  RecordStatus decode_times(const BlockHeader& header, ByteReader& in, ColumnBlock& out);
  RecordStatus decode_numbers(ByteReader& in, ColumnBlock& out);
  void sort_rows(const ColumnBlock& block);
  bool decode_stacks(ByteReader& in, ColumnBlock& out);
  bool decode_tasks(ByteReader& in, ColumnBlock& out);
  RecordStatus decode_group(ByteReader& in, ColumnBlock& out, ColumnGroup& group);
  bool take_group_rows(ByteReader& in, ColumnGroup& group);
  RecordStatus decode_parts(ByteReader& in, ColumnBlock& out, ColumnGroup& group);
  bool decode_number(ByteReader& in, const RecordPart& part, size_t rows, NumberPart& out);
  RecordStatus decode_odd(ByteReader& in, ColumnBlock& out);

  NumberDecoder numbers_;
  TextDecoder texts_;
  std::vector<uint32_t> counts_, ends_;  // by event number: its rows, and where they end in rows_
  std::vector<uint32_t> rows_;           // but the odd ones, event by event
  std::vector<uint32_t> present_;        // event numbers with such rows, ascending
  std::vector<uint64_t> column_;
};

}  // namespace uproar
