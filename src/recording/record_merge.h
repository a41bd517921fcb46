// The records of all blocks in time order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recording/block_map.h"
#include "recording/reader.h"
#include "recording/row_block.h"

namespace uproar::upr {

// Holds only the blocks that overlap the current time: one per CPU, but for files whose times fall within a
// CPU.
class RecordMerge {
 public:
  // `places` are blocks of records with plausible headers, in file order. `event_index[number]` is what
  // StoredRecord gets as event, or kNoEvent. `loader` and `damage` must outlive the object; each bad block is
  // reported once, also when it is met again after rewind().
  static constexpr uint32_t kNoEvent = ~uint32_t{0};
  RecordMerge(BlockLoader& loader, std::vector<BlockPlace> places, std::vector<uint32_t> event_index,
              std::vector<Damage>& damage, uint64_t max_open_bytes = kMaxOpenBytes);

  bool next(StoredRecord& out);
  void rewind();
  // As RecordingReader's.
  void choose_times(std::vector<TimeRange> ranges);

  // Without the blocks that turned out to be unreadable.
  RecordingReader::Totals totals() const;

 private:
  enum class State : uint8_t { Unread, Good, Bad };
  struct Open {
    size_t place;      // index into places_
    size_t buffer;     // index into buffers_
    size_t row;        // the one that comes next
    uint64_t time_ns;  // of that row
  };

  bool wanted(uint64_t first_ns, uint64_t last_ns) const;
  bool earlier(const Open& a, const Open& b) const;
  void open_due_blocks();
  bool open_block(size_t place);
  bool inspect(size_t place, const RowBlock& rows);
  bool advance(Open& open);
  void close_top();
  void sift_down();
  size_t take_buffer();
  bool refuse(size_t place, std::string reason);
  uint32_t index_of(uint32_t number) const {
    return number < event_index_.size() ? event_index_[number] : kNoEvent;
  }

  BlockLoader& loader_;
  std::vector<BlockPlace> places_;  // by first time, CPU, file order
  std::vector<State> states_;
  std::vector<uint32_t> event_index_;
  std::vector<Damage>& damage_;

  std::vector<TimeRange> ranges_;
  size_t upcoming_ = 0;     // first place that was not opened yet
  std::vector<Open> open_;  // a heap, the earliest record on top
  bool delivered_ = false;  // the top's record was given out
  uint64_t max_open_bytes_;
  uint64_t open_bytes_ = 0;
  RowDecoder decoder_;
  std::vector<uint8_t> raw_;
  std::vector<RowBlock> buffers_;
  std::vector<size_t> free_buffers_;
};

}  // namespace uproar::upr
