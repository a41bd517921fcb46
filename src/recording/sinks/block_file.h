// Appends blocks to a file and keeps it ending at a whole block.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/byte_writer.h"
#include "base/fd.h"
#include "base/result.h"
#include "recording/blocks/block.h"
#include "recording/blocks/index.h"
#include "recording/metadata/session_info.h"
#include "recording/sinks/block_sink.h"

namespace uproar {

// Each block is one writev(2). When a write fails, a regular file is cut back to its last whole block, and
// every later call gives the same error. A file that somebody else cuts, removes or puts another one in the place
// of is an error as well (ESTALE), with the next block or flush.
class BlockFile final : public BlockSink {
 public:
  BlockFile(Fd fd, std::string name, int compression_level, FsyncPolicy fsync = FsyncPolicy::Never);

  // Writes the file header.
  Result<void> start() override;
  // Index blocks are inserted as they become due.
  Result<void> put(BlockHeader header, std::span<const uint8_t> stored) override;
  // Syncs if the policy says so.
  Result<void> flushed() override;
  // The rest of the index, and the End block; synced if the policy says so.
  Result<void> end(const EndSummary& summary) override;

  const std::optional<Error>& failure() const override { return failure_; }
  uint64_t bytes() const override { return bytes_; }  // in whole blocks, with the file header
  // The bytes that end() would add now.
  uint64_t end_bytes() const;
  bool regular() const { return regular_; }
  int descriptor() const { return fd_.get(); }

 private:
  Result<void> append_own(BlockType type, uint32_t count);
  Result<void> write_block(BlockHeader header, std::span<const uint8_t> stored);
  Result<void> write_index();
  Result<void> write_bytes(std::span<const uint8_t> head, std::span<const uint8_t> tail);
  Result<void> sync();
  Result<void> check_still_there();
  Error fail(int errno_value);

  Fd fd_;
  std::string name_;
  FsyncPolicy fsync_;
  uint64_t base_ = 0;  // where the recording begins in a regular file
  bool regular_ = false;
  bool had_name_ = false;
  uint64_t bytes_ = 0;
  uint64_t synced_bytes_ = 0;
  uint32_t sequence_ = 0;
  Index index_;  // of the blocks that no Index block lists yet
  bool indexed_ = false;
  ByteWriter payload_;
  BlockPacker packer_;  // of index and end
  std::optional<Error> failure_;
};

}  // namespace uproar
