// Appends blocks to a file and keeps it ending at a whole block.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/byte_writer.h"
#include "base/fd.h"
#include "base/result.h"
#include "recording/block.h"
#include "recording/index.h"
#include "recording/session_info.h"

namespace uproar::upr {

// Each block is one write(2). When a write fails, a regular file is cut back to its last whole block, and
// every later call gives the same error.
class BlockFile {
 public:
  BlockFile(Fd fd, std::string name, int compression_level);

  // Writes the file header. Once, first.
  Result<void> start();
  // Fills sequence, sizes and checksums of `header`. Index blocks are inserted as they become due.
  Result<void> append(BlockHeader header, std::span<const uint8_t> raw);
  // The rest of the index, and the End block. Nothing may be appended afterwards.
  Result<void> end(const EndSummary& summary);

  const std::optional<Error>& failure() const { return failure_; }
  uint64_t bytes() const { return bytes_; }  // in whole blocks, with the file header

 private:
  Result<void> write_block(BlockHeader header, std::span<const uint8_t> raw);
  Result<void> write_index();
  Result<void> write_bytes(std::span<const uint8_t> bytes);
  Error fail(int errno_value);

  Fd fd_;
  std::string name_;
  BlockPacker packer_;
  uint64_t base_ = 0;  // where the recording begins in a regular file
  bool regular_ = false;
  uint64_t bytes_ = 0;
  uint32_t sequence_ = 0;
  Index index_;  // of the blocks that no Index block lists yet
  bool indexed_ = false;
  ByteWriter payload_;
  std::optional<Error> failure_;
};

}  // namespace uproar::upr
