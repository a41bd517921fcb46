// The records of all blocks in time order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recording/blocks/stored_blocks.h"
#include "recording/blocks/stored_record.h"

namespace uproar {

// Holds only the blocks that overlap the current time: one per CPU, but for files whose times fall within a
// CPU.
class RecordMerge {
 public:
  // `blocks` must outlive the object. Each bad block is reported once, also when it is met again after
  // rewind().
  explicit RecordMerge(StoredBlocks& blocks, uint64_t max_open_bytes = kMaxOpenBytes);

  bool next(StoredRecord& out);
  void rewind();

 private:
  struct Open {
    size_t block;
    size_t buffer;     // index into buffers_
    size_t row;        // the one that comes next
    uint64_t time_ns;  // of that row
  };

  bool earlier(const Open& a, const Open& b) const;
  void open_due_blocks();
  bool open_block(size_t block);
  bool advance(Open& open);
  void close_top();
  void sift_down();
  size_t take_buffer();

  StoredBlocks& blocks_;
  StoredBlocks::Scratch scratch_;
  size_t upcoming_ = 0;     // first block that was not opened yet
  std::vector<Open> open_;  // a heap, the earliest record on top
  bool delivered_ = false;  // the top's record was given out
  uint64_t max_open_bytes_;
  uint64_t open_bytes_ = 0;
  std::vector<RowBlock> buffers_;
  std::vector<size_t> free_buffers_;
};

}  // namespace uproar
