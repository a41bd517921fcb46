#include "recording/sinks/snapshot_ring.h"

#include <algorithm>
#include <utility>

#include "recording/sinks/block_file.h"

namespace uproar {

namespace {

// Blocks of different CPUs overlap by up to the time between two flushes.
constexpr uint64_t kOverlapNanoseconds = 10'000'000'000;
constexpr uint64_t kSmallHead = uint64_t{1} << 20;

}  // namespace

Result<void> SnapshotRing::append(BlockHeader header, std::span<const uint8_t> raw) {
  if (holds_records(header)) return BlockSink::append(header, raw);
  head_.add(header, raw);
  // Doubling before it is worth looking through all of it again.
  if (head_.memory_bytes() > std::max(kSmallHead, 2 * head_shortened_bytes_) && !blocks_.empty()) {
    uint64_t oldest_ns = ~uint64_t{0};
    for (const Block& block : blocks_) oldest_ns = std::min(oldest_ns, block.header.first_ns);
    head_.shorten(oldest_ns - std::min(oldest_ns, kOverlapNanoseconds));
    head_shortened_bytes_ = head_.memory_bytes();
  }
  return {};
}

Result<void> SnapshotRing::put(BlockHeader header, std::span<const uint8_t> stored) {
  if (!holds_records(header)) {
    BlockUnpacker unpacker;
    std::vector<uint8_t> raw;
    if (unpacker.unpack(header, stored, raw) == BlockStatus::Ok) head_.add(header, raw);
    return {};
  }
  blocks_.push_back({header, {stored.begin(), stored.end()}});
  bytes_ += header.block_bytes();
  make_room();
  return {};
}

void SnapshotRing::make_room() {
  while (bytes_ > max_bytes_ && blocks_.size() > 1) {
    const BlockHeader& oldest = blocks_.front().header;
    head_.remove_records(oldest.cpu, oldest.count, oldest.last_ns);
    bytes_ -= oldest.block_bytes();
    blocks_.pop_front();
  }
}

Result<void> SnapshotRing::end(const EndSummary& summary) {
  end_ = summary;
  return {};
}

Result<SnapshotRing::Saved> SnapshotRing::save(Fd fd, const std::string& name, FsyncPolicy fsync) const {
  BlockFile file(std::move(fd), name, compression_level_, fsync);
  TRY(file.start());
  TRY(head_.write(file));
  EndSummary summary = end_.value_or(EndSummary{});
  summary.events = 0;
  for (const Block& block : blocks_) {
    TRY(file.put(block.header, block.stored));
    summary.events += block.header.count;
  }
  summary.lost = head_.lost();
  TRY(file.end(summary));
  return Saved{summary.events, file.bytes()};
}

}  // namespace uproar
