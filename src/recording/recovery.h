// Finds the next whole block behind a damaged place.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "recording/blocks/block.h"
#include "recording/byte_source.h"

namespace uproar {

// The first offset >= from in `window` where a block header with a valid checksum stands in full.
std::optional<size_t> find_block_header(std::span<const uint8_t> window, size_t from);

// Looks for whole blocks: a header alone is not believed, its payload must be there and match its checksum.
//
// A hostile file can hold a forged header at every 52nd byte, each announcing 16 MiB that would have to be
// summed up. The work is therefore limited to a few times the file's size over the whole life of the object;
// then every search ends with "none".
class Recovery {
 public:
  explicit Recovery(ByteSource& source);

  std::optional<uint64_t> find_whole_block(uint64_t from);
  bool payload_holds(uint64_t offset, const BlockHeader& header);

 private:
  ByteSource& source_;
  uint64_t budget_;
  std::vector<uint8_t> window_, payload_;
};

}  // namespace uproar
