// The records of a block, value by value: the payload of a Columns block. Pure; formats/recording/README.md
// has the bytes, recording/blocks/row_block.h the way back.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/byte_writer.h"
#include "recording/blocks/block_builder.h"
#include "recording/columns/column_layout.h"
#include "recording/columns/plan_memory.h"
#include "recording/columns/text_column.h"

namespace uproar {

// Keeps its memory, which is a small multiple of the largest block's: one serves all CPUs.
class ColumnEncoder {
 public:
  // The event with the next number.
  void add_event(const EventSchema& schema) { layouts_.push_back(layout_of(schema)); }

  // Requires rows, and events that were added. `out` is appended to.
  void encode(const BlockBuilder& block, ByteWriter& out);

 private:
  bool is_regular(const RecordLayout& layout, std::span<const uint8_t> record) const;
  void sort_out_rows(const BlockBuilder& block);
  void put_stacks(const BlockBuilder& block, ByteWriter& out);
  void group_events();
  void put_group(const BlockBuilder& block, const std::vector<uint32_t>& group, ByteWriter& out);

  struct Part {
    std::vector<uint64_t> numbers;
    TextEncoder texts;
  };
  void gather(const BlockBuilder& block, const RecordLayout& layout);
  void gather_part(const RecordPart& part, size_t at, Part& out, size_t first) const;
  void put_texts(size_t part, ByteWriter& out);

  std::vector<RecordLayout> layouts_;
  NumberEncoder numbers_;
  PlanMemory block_plans_;                                // of the columns that all rows share
  std::vector<std::unique_ptr<PlanMemory>> group_plans_;  // by the number of a group's first event
  TextEncoder texts_;
  std::vector<std::vector<uint32_t>> rows_;    // by event number, those that its layout fits
  std::vector<uint32_t> present_;              // event numbers with such rows, ascending
  std::vector<uint32_t> odd_;                  // rows that it does not fit
  std::vector<std::vector<uint32_t>> groups_;  // event numbers
  std::vector<uint32_t> group_rows_;           // of the group that is being written
  std::vector<uint64_t> column_, tasks_;
  std::vector<Part> parts_;                        // of the group, by part of its layout
  std::vector<std::span<const uint8_t>> records_;  // of the tile that is being gathered
};

}  // namespace uproar
