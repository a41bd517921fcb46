// What the block headers and checksums of a recording say, without unpacking its records.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "recording/blocks/block_map.h"
#include "recording/blocks/damage.h"
#include "recording/byte_source.h"

namespace uproar {

struct Survey {
  struct Records {
    uint64_t whole = 0;    // in blocks that are there and whose checksums hold
    uint64_t damaged = 0;  // in blocks of which only the header is left, be it in the index
    uint64_t last_ns = 0;  // of both
  };
  uint64_t whole_bytes = 0;            // where the last whole block ends, in the file
  bool index_fits = false;             // the index is there and agrees with every block
  std::map<uint8_t, uint64_t> blocks;  // whole ones by type
  std::map<uint32_t, Records> cpus;
  uint64_t records = 0;                // whole ones of all CPUs
  uint64_t first_ns = 0, last_ns = 0;  // of the whole records, 0 without
  std::vector<Damage> damage;          // ascending
  // False if something is damaged that may have held records nobody can count.
  bool damage_counted = true;
};

// Reads the whole file once, in steps of a block. `first_block` is where check_file_start says.
Survey survey_blocks(ByteSource& source, uint64_t first_block);

}  // namespace uproar
