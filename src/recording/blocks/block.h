// The block layer: a fixed header with two checksums in front of bytes that may be compressed. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "recording/file_format.h"

namespace uproar {

// One name per fault of a block.
enum class BlockStatus : uint8_t {
  Ok,
  CutHeader,  // fewer bytes than a header has
  NoMagic,    // something else stands there
  BadHeaderChecksum,
  TooLarge,    // sizes beyond kMaxBlockBytes (a decompression bomb, or nonsense): the header itself holds
  CutPayload,  // fewer bytes than the header announces
  BadPayloadChecksum,
  UnknownCodec,
  BadCompression,  // zstd refuses, or what comes out has another size than the header says
};
const char* describe(BlockStatus status);

struct BlockHeader {
  uint8_t type = 0;  // a BlockType, or the type of a later writer
  uint8_t codec = 0;
  uint32_t sequence = 0;  // number of the block in its file, from 0
  uint32_t cpu = kNoCpu;
  uint32_t stored_bytes = 0;  // that follow the header
  uint32_t raw_bytes = 0;     // after decompression
  uint32_t count = 0;         // records or entries
  uint32_t payload_crc = 0;   // of the stored bytes
  uint64_t first_ns = 0;      // earliest and latest time in it, 0 for blocks without times
  uint64_t last_ns = 0;

  bool is(BlockType wanted) const { return type == static_cast<uint8_t>(wanted); }
  uint64_t block_bytes() const { return kBlockHeaderBytes + uint64_t{stored_bytes}; }
  bool operator==(const BlockHeader&) const = default;
};

// zlib's CRC-32.
uint32_t checksum(std::span<const uint8_t> bytes);

void put_block_header(const BlockHeader& header, std::span<uint8_t, kBlockHeaderBytes> out);

// `out` holds what the header says if the status is Ok or TooLarge.
BlockStatus parse_block_header(std::span<const uint8_t> bytes, BlockHeader& out);

// Makes blocks; keeps its compression context and its buffers, so that packing allocates nothing once it is
// warm.
class BlockPacker {
 public:
  explicit BlockPacker(int compression_level);
  ~BlockPacker();
  BlockPacker(const BlockPacker&) = delete;
  BlockPacker& operator=(const BlockPacker&) = delete;

  // Header and payload in one run, valid until the next call. Fills codec, both sizes and the checksum of
  // `header`. Requires raw.size() <= kMaxBlockBytes.
  std::span<const uint8_t> pack(BlockHeader& header, std::span<const uint8_t> raw);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::vector<uint8_t> block_;
};

// The opposite. Keeps its decompression context.
class BlockUnpacker {
 public:
  BlockUnpacker();
  ~BlockUnpacker();
  BlockUnpacker(const BlockUnpacker&) = delete;
  BlockUnpacker& operator=(const BlockUnpacker&) = delete;

  // `stored` is what follows the header. `raw` is replaced; its content counts only if the status is Ok.
  BlockStatus unpack(const BlockHeader& header, std::span<const uint8_t> stored, std::vector<uint8_t>& raw);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace uproar
