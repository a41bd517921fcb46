// Entries of metadata on their way into a block: definitions, tasks, maps, names, losses or clock anchors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/byte_writer.h"
#include "base/result.h"
#include "recording/sinks/block_sink.h"

namespace uproar {

// Entries are put into bytes(), then added(). Lists are small and rare: whoever keeps one writes it at every
// flush; one that has grown to kListBytes writes itself, far below the limit of a block.
class MetadataList {
 public:
  static constexpr size_t kListBytes = size_t{64} << 10;

  explicit MetadataList(BlockType type) { header_.type = static_cast<uint8_t>(type); }

  ByteWriter& bytes() { return bytes_; }
  // The time of the entry before in the block; 0: there is none.
  uint64_t previous_ns() const { return previous_ns_; }

  // The entry that was put last has this time. Error: the sink's.
  Result<void> added(uint64_t time_ns, BlockSink& out) {
    header_.first_ns = header_.count == 0 ? time_ns : std::min(header_.first_ns, time_ns);
    header_.last_ns = header_.count == 0 ? time_ns : std::max(header_.last_ns, time_ns);
    previous_ns_ = time_ns;
    ++header_.count;
    return bytes_.size() >= kListBytes ? write(out) : Result<void>{};
  }
  // As a block, if there are entries; then it is empty. After an error of the sink it is as it was.
  Result<void> write(BlockSink& out) {
    if (header_.count == 0) return {};
    TRY(out.append(header_, bytes_.view()));
    bytes_.clear();
    header_.count = 0;
    previous_ns_ = 0;
    return {};
  }

 private:
  BlockHeader header_;
  ByteWriter bytes_;
  uint64_t previous_ns_ = 0;
};

}  // namespace uproar
