// The payload of an Index block: copies of the headers of all blocks since the Index block before. Pure.
//
// Blocks stand without a gap, so the sizes in the headers say where each one is. Index blocks form a chain
// from the last to the first: a writer needs memory for one link only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_writer.h"
#include "recording/blocks/block.h"

namespace uproar {

struct Index {
  uint64_t previous_offset = 0;      // of the Index block before; 0: this is the first
  std::vector<BlockHeader> headers;  // in file order
};

// Headers are stored without their magic, so that a search for blocks does not stop inside an index.
void put_index(const Index& index, ByteWriter& out);

// False if the bytes are no index of `count` headers, or a header's checksum does not hold.
bool parse_index(std::span<const uint8_t> bytes, uint32_t count, Index& out);

}  // namespace uproar
