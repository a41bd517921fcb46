// Where the blocks of a file are, and where it is damaged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "recording/blocks/block.h"
#include "recording/blocks/damage.h"
#include "recording/byte_source.h"

namespace uproar {

// A block with where it stands in the file.
struct MappedBlock {
  uint64_t offset = 0;  // of the header, in the file
  BlockHeader header;
};

struct BlockMap {
  std::vector<MappedBlock> blocks;  // by sequence number, each once
  std::vector<Damage> damage;
};

// Through the index if the file has a valid End block and everything agrees, else from block to block, with a
// search for the next whole block behind every damaged place. Payloads are not read (but for the index and
// after damage).
BlockMap map_blocks(ByteSource& source, uint64_t first_block);

// The two ways, for tests. map_by_index gives nothing if the index cannot be trusted in full.
std::optional<BlockMap> map_by_index(ByteSource& source, uint64_t first_block);
BlockMap map_by_walking(ByteSource& source, uint64_t first_block);

// Reads and unpacks blocks.
class BlockLoader {
 public:
  explicit BlockLoader(ByteSource& source) : source_(source) {}

  // `header_damaged`: the header in the file is not the one that the index has; the index was used.
  BlockStatus load(const MappedBlock& block, std::vector<uint8_t>& raw, bool& header_damaged);

 private:
  ByteSource& source_;
  BlockUnpacker unpacker_;
  std::vector<uint8_t> stored_;
};

}  // namespace uproar
