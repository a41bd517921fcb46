// The last records of a recording in memory, until somebody wants them on disk.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "recording/sinks/block_sink.h"
#include "recording/sinks/kept_head.h"

namespace uproar {

// Keeps the newest blocks of records, packed, up to `max_bytes` in all, and what explains them. Nothing is
// written until save(), and nothing is forgotten by it: the next save() has the same records again, as far as
// they are still there.
class SnapshotRing final : public BlockSink {
 public:
  SnapshotRing(uint64_t max_bytes, int compression_level)
      : BlockSink(compression_level), max_bytes_(max_bytes), compression_level_(compression_level) {}

  struct Saved {
    uint64_t records = 0;
    uint64_t bytes = 0;
  };
  // A whole recording of what is there. Removed records count as lost, of the kind Rotated; hits are known
  // only after end(). An error leaves the ring as it was.
  Result<Saved> save(Fd fd, const std::string& name, FsyncPolicy fsync) const;

  Result<void> start() override { return {}; }
  Result<void> append(BlockHeader header, std::span<const uint8_t> raw) override;
  Result<void> put(BlockHeader header, std::span<const uint8_t> stored) override;
  Result<void> end(const EndSummary& summary) override;
  const std::optional<Error>& failure() const override { return no_failure_; }
  uint64_t bytes() const override { return bytes_; }
  uint64_t records_removed() const override { return head_.removed(); }

 private:
  struct Block {
    BlockHeader header;
    std::vector<uint8_t> stored;
  };
  void make_room();

  uint64_t max_bytes_;
  int compression_level_;
  uint64_t bytes_ = 0;
  std::deque<Block> blocks_;
  KeptHead head_;
  uint64_t head_shortened_bytes_ = 0;
  std::optional<EndSummary> end_;
  std::optional<Error> no_failure_;
};

}  // namespace uproar
