// The blocks of records of a recording: loaded one by one, by any number of threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "recording/blocks/block_map.h"
#include "recording/blocks/row_block.h"
#include "recording/blocks/stored_record.h"
#include "recording/file_format.h"

namespace uproar {

// A block as it was stored: by columns, which point into `payload`, or by rows. Keeps its memory.
struct LoadedBlock {
  std::vector<uint8_t> payload;
  ColumnBlock columns;
  RowBlock rows;
  bool by_columns = false;

  size_t size() const { return by_columns ? columns.rows() : rows.rows(); }
  uint64_t time(size_t row) const { return by_columns ? columns.times[row] : rows.time(row); }
  // What the block itself takes, and what others left in it.
  uint64_t memory_bytes() const {
    return sizeof *this + payload.capacity() + columns.memory_bytes() + rows.memory_bytes();
  }
  // From now on it is by rows.
  void make_rows() {
    if (!by_columns) return;
    uproar::make_rows(columns, rows);
    by_columns = false;
    // Nothing points into it any more, and it can be far larger than the rows.
    if (payload.capacity() > kKeptPayload) payload = {};
    if (columns.column_bytes > kKeptPayload) columns = {};
  }

 private:
  static constexpr size_t kKeptPayload = size_t{4} << 20;
};

class StoredBlocks {
 public:
  static constexpr uint32_t kNoEvent = ~uint32_t{0};

  // `blocks` are blocks of records with plausible headers, in file order. `event_index[number]` is what
  // StoredRecord gets as event, or kNoEvent. `source` and `damage` must outlive the object.
  StoredBlocks(ByteSource& source, std::vector<MappedBlock> blocks, std::vector<uint32_t> event_index,
               std::vector<Damage>& damage);

  // By first time, CPU, file order.
  size_t size() const { return blocks_.size(); }
  const BlockHeader& header(size_t block) const { return blocks_[block].header; }
  uint32_t index_of(uint32_t number) const {
    return number < event_index_.size() ? event_index_[number] : kNoEvent;
  }

  // What loading needs and keeps; one for each thread.
  class Scratch {
   public:
    explicit Scratch(StoredBlocks& blocks) : loader_(blocks.source_) {}

   private:
    friend class StoredBlocks;
    BlockLoader loader_;
    RowDecoder decoder_;
    ColumnDecoder column_decoder_;
    std::vector<uint8_t> raw_;
  };
  // What turned out when a block was loaded.
  struct Outcome {
    bool usable = false;
    std::string reason;  // if it is not
    bool header_damaged = false;
    uint64_t unknown = 0, unknown_bytes = 0;  // records of events whose definition is gone
    uint32_t unknown_number = 0;              // of the first of these
  };
  // May be called by several threads at once, each with a scratch of its own. Rows of unknown events are
  // among the rows.
  Outcome load(size_t block, Scratch& scratch, RowBlock& rows) const;
  // The same, by columns if the block has them and no event is unknown.
  Outcome load(size_t block, Scratch& scratch, LoadedBlock& out) const;

  // What a block cost is added to the damage, once for each block, however often it is loaded. One thread.
  void note(size_t block, const Outcome& outcome);
  // Whether a block that takes `bytes` may be open beside others that take `open_bytes` together. If not, it
  // is refused, which is damage. One thread.
  bool admit(size_t block, uint64_t bytes, uint64_t open_bytes, uint64_t most_open_bytes = kMaxOpenBytes);

  // The order of records: by time, then the lower CPU, then the order of the file.
  bool precedes(uint64_t time_ns, size_t block, uint64_t other_ns, size_t other) const {
    if (time_ns != other_ns) return time_ns < other_ns;
    const BlockHeader& left = header(block);
    const BlockHeader& right = header(other);
    return left.cpu != right.cpu ? left.cpu < right.cpu : left.sequence < right.sequence;
  }

  // As RecordingReader::choose_times.
  void choose_times(std::vector<TimeRange> ranges) { ranges_ = std::move(ranges); }
  // As RecordingReader::choose_blocks_from.
  void choose_from(uint32_t sequence) { first_sequence_ = sequence; }
  // As RecordingReader::choose_blocks_after.
  void choose_after(std::vector<uint64_t> ends_of_cpus) { after_ = std::move(ends_of_cpus); }
  // Could a row of these times be wanted?
  bool wanted(uint64_t first_ns, uint64_t last_ns) const;
  // Are all rows of the block?
  bool wanted_whole(size_t block) const {
    return ranges_.empty() || std::any_of(ranges_.begin(), ranges_.end(), [&](const TimeRange& range) {
             return range.first_ns <= header(block).first_ns && header(block).last_ns <= range.last_ns;
           });
  }
  // And is the block one of those chosen, and not known to be unreadable?
  bool wanted(size_t block) const {
    return states_[block] != State::Bad && header(block).sequence >= first_sequence_ && is_after(block) &&
           wanted(header(block).first_ns, header(block).last_ns);
  }

  // Without the blocks that turned out to be unreadable.
  RecordTotals totals() const;

 private:
  enum class State : uint8_t { Unread, Good, Bad };
  bool is_after(size_t block) const {
    const uint32_t cpu = header(block).cpu;
    return cpu >= after_.size() || header(block).last_ns > after_[cpu];
  }
  void refuse(size_t block, const std::string& reason);
  void count_unknown(const RowBlock& rows, Outcome& outcome) const;

  ByteSource& source_;
  std::vector<MappedBlock> blocks_;
  std::vector<State> states_;
  std::vector<uint32_t> event_index_;
  std::vector<Damage>& damage_;
  std::vector<TimeRange> ranges_;
  uint32_t first_sequence_ = 0;
  std::vector<uint64_t> after_;  // by CPU; those behind have no end
};

}  // namespace uproar
