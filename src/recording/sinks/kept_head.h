// What explains the records that are kept while older ones go: session, events, tasks, maps, names, losses
// and clock anchors.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "recording/metadata/session_info.h"
#include "recording/sinks/block_sink.h"

namespace uproar {

// Takes the blocks that hold no records, and gives them back for the head of a recording that begins later.
// What no record can need any more is left out, so that the head does not grow with the time: of each task
// that lives the name it has, of each place in memory the last map, of losses the sums.
class KeptHead {
 public:
  // Content that cannot be read is left out: nothing can be explained with it.
  void add(const BlockHeader& header, std::span<const uint8_t> raw);
  // `count` records of a CPU, the last of them at `last_ns`, are no longer in the recording.
  void remove_records(uint32_t cpu, uint64_t count, uint64_t last_ns);
  // Forgets what only records before `oldest_ns` needed.
  void shorten(uint64_t oldest_ns);

  Result<void> write(BlockSink& out) const;

  // Sums of all losses, the removed records with them.
  uint64_t lost() const;
  uint64_t removed() const;
  uint64_t memory_bytes() const { return memory_bytes_; }  // about

 private:
  struct Block {
    BlockHeader header;
    std::vector<uint8_t> raw;
  };
  struct Removed {
    uint64_t count = 0;
    uint64_t last_ns = 0;
  };
  void shorten_maps(uint64_t oldest_ns);
  void shorten_tasks(uint64_t oldest_ns);
  void shorten_losses(uint64_t oldest_ns);
  void add_loss(const LossInfo& loss);
  void count_memory();

  std::vector<Block> blocks_;  // kept as they are: session, events, names, and types of a later writer
  std::vector<TaskInfo> tasks_;
  std::vector<MapInfo> maps_;
  std::vector<LossInfo> losses_;
  std::vector<ClockAnchor> anchors_;
  std::map<uint32_t, Removed> removed_;  // by CPU
  uint64_t memory_bytes_ = 0;
};

}  // namespace uproar
