// Where the blocks of a recording go: a file, a file that keeps the newest, or memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "recording/blocks/block.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// When a recording is forced onto the disk: what a power cut can cost while the recorder runs and after it, see
// the user guide.
enum class FsyncPolicy : uint8_t {
  Never,  // the kernel writes when it likes, within half a minute by default
  End,    // when the recording ends; and before a file takes the place of another
  Flush,  // also after each flush
};

// Whoever appends is one thread.
class BlockSink {
 public:
  explicit BlockSink(int compression_level) : packer_(compression_level) {}
  virtual ~BlockSink() = default;
  BlockSink(const BlockSink&) = delete;
  BlockSink& operator=(const BlockSink&) = delete;

  // Before the first block; once.
  virtual Result<void> start() = 0;
  // Packs `raw` and puts it. Fills codec, sizes, checksums and sequence of `header`.
  virtual Result<void> append(BlockHeader header, std::span<const uint8_t> raw) {
    const std::span<const uint8_t> block = packer_.pack(header, raw);
    return put(header, block.subspan(kBlockHeaderBytes));
  }
  // A block that is packed already: codec, sizes and payload checksum of `header` belong to `stored`.
  virtual Result<void> put(BlockHeader header, std::span<const uint8_t> stored) = 0;
  // Whoever appends keeps nothing back at this moment.
  virtual Result<void> flushed() { return {}; }
  // Nothing may be appended afterwards.
  virtual Result<void> end(const EndSummary& summary) = 0;

  // The first error; every later call gives the same.
  virtual const std::optional<Error>& failure() const = 0;
  virtual uint64_t bytes() const = 0;  // that the recording takes now
  // Records that were taken out again because there was no room for all.
  virtual uint64_t records_removed() const { return 0; }

 private:
  BlockPacker packer_;
};

inline bool holds_records(const BlockHeader& header) {
  return header.is(BlockType::Records) || header.is(BlockType::Columns);
}

}  // namespace uproar
