#include "recording/blocks/block.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/result.h"

namespace uproar {

namespace {

constexpr size_t kHeaderCrcAt = kBlockHeaderBytes - 4;

void put32(uint32_t value, uint8_t* out) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<uint8_t>(value >> (8 * i));
}

void put64(uint64_t value, uint8_t* out) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<uint8_t>(value >> (8 * i));
}

}  // namespace

const char* describe(BlockStatus status) {
  switch (status) {
    case BlockStatus::Ok:
      return "block is whole";
    case BlockStatus::CutHeader:
      return "cut off inside a block";
    case BlockStatus::NoMagic:
      return "no block begins here";
    case BlockStatus::BadHeaderChecksum:
      return "checksum of block header does not match";
    case BlockStatus::TooLarge:
      return "block claims to hold more than 16 MiB";
    case BlockStatus::CutPayload:
      return "cut off inside a block";
    case BlockStatus::BadPayloadChecksum:
      return "checksum of block does not match";
    case BlockStatus::UnknownCodec:
      return "block is packed in a way that this version does not know";
    case BlockStatus::BadCompression:
      return "block does not unpack to what its header says";
  }
  return "unknown fault";
}

uint32_t checksum(std::span<const uint8_t> bytes) {
  return static_cast<uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

void put_block_header(const BlockHeader& header, std::span<uint8_t, kBlockHeaderBytes> out) {
  std::copy(kBlockMagic.begin(), kBlockMagic.end(), out.begin());
  out[4] = header.type;
  out[5] = header.codec;
  out[6] = 0;
  out[7] = 0;
  put32(header.sequence, &out[8]);
  put32(header.cpu, &out[12]);
  put32(header.stored_bytes, &out[16]);
  put32(header.raw_bytes, &out[20]);
  put32(header.count, &out[24]);
  put32(header.payload_crc, &out[28]);
  put64(header.first_ns, &out[32]);
  put64(header.last_ns, &out[40]);
  put32(checksum(out.first(kHeaderCrcAt)), &out[kHeaderCrcAt]);
}

BlockStatus parse_block_header(std::span<const uint8_t> bytes, BlockHeader& out) {
  size_t magic = std::min(bytes.size(), kBlockMagic.size());
  if (!std::equal(kBlockMagic.begin(), kBlockMagic.begin() + magic, bytes.begin()))
    return BlockStatus::NoMagic;
  if (bytes.size() < kBlockHeaderBytes) return BlockStatus::CutHeader;
  ByteReader reader(bytes.subspan(kBlockMagic.size(), kBlockHeaderBytes - kBlockMagic.size()));
  out.type = reader.u8();
  out.codec = reader.u8();
  reader.u16();
  out.sequence = reader.u32();
  out.cpu = reader.u32();
  out.stored_bytes = reader.u32();
  out.raw_bytes = reader.u32();
  out.count = reader.u32();
  out.payload_crc = reader.u32();
  out.first_ns = reader.u64();
  out.last_ns = reader.u64();
  if (reader.u32() != checksum(bytes.first(kHeaderCrcAt))) return BlockStatus::BadHeaderChecksum;
  if (out.stored_bytes > kMaxBlockBytes || out.raw_bytes > kMaxBlockBytes) return BlockStatus::TooLarge;
  return BlockStatus::Ok;
}

struct BlockPacker::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  ~Context() { ZSTD_freeCCtx(zstd); }
};

BlockPacker::BlockPacker(int compression_level) : context_(std::make_unique<Context>()) {
  CHECK(context_->zstd);
  int level = std::clamp(compression_level, ZSTD_minCLevel(), ZSTD_maxCLevel());
  ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, level);
}
BlockPacker::~BlockPacker() = default;

std::span<const uint8_t> BlockPacker::pack(BlockHeader& header, std::span<const uint8_t> raw) {
  CHECK(raw.size() <= kMaxBlockBytes);
  size_t bound = std::max(raw.size(), ZSTD_compressBound(raw.size()));
  if (block_.size() < kBlockHeaderBytes + bound) block_.resize(kBlockHeaderBytes + bound);
  uint8_t* payload = block_.data() + kBlockHeaderBytes;

  size_t stored = raw.size();
  header.codec = static_cast<uint8_t>(Codec::Stored);
  if (raw.size() >= kMinPackedBytes) {
    size_t packed = ZSTD_compress2(context_->zstd, payload, bound, raw.data(), raw.size());
    if (!ZSTD_isError(packed) && packed < raw.size()) {
      stored = packed;
      header.codec = static_cast<uint8_t>(Codec::Zstd);
    }
  }
  if (header.codec == static_cast<uint8_t>(Codec::Stored) && !raw.empty())
    std::memcpy(payload, raw.data(), raw.size());

  header.stored_bytes = static_cast<uint32_t>(stored);
  header.raw_bytes = static_cast<uint32_t>(raw.size());
  header.payload_crc = checksum({payload, stored});
  put_block_header(header, std::span<uint8_t, kBlockHeaderBytes>(block_.data(), kBlockHeaderBytes));
  return {block_.data(), kBlockHeaderBytes + stored};
}

struct BlockUnpacker::Context {
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  ~Context() { ZSTD_freeDCtx(zstd); }
};

BlockUnpacker::BlockUnpacker() : context_(std::make_unique<Context>()) {
  CHECK(context_->zstd);
}
BlockUnpacker::~BlockUnpacker() = default;

BlockStatus BlockUnpacker::unpack(const BlockHeader& header, std::span<const uint8_t> stored,
                                  std::vector<uint8_t>& raw) {
  if (header.stored_bytes > kMaxBlockBytes || header.raw_bytes > kMaxBlockBytes) return BlockStatus::TooLarge;
  if (stored.size() < header.stored_bytes) return BlockStatus::CutPayload;
  stored = stored.first(header.stored_bytes);
  if (checksum(stored) != header.payload_crc) return BlockStatus::BadPayloadChecksum;

  if (header.codec == static_cast<uint8_t>(Codec::Stored)) {
    if (header.stored_bytes != header.raw_bytes) return BlockStatus::BadCompression;
    raw.assign(stored.begin(), stored.end());
    return BlockStatus::Ok;
  }
  if (header.codec != static_cast<uint8_t>(Codec::Zstd)) return BlockStatus::UnknownCodec;
  raw.resize(header.raw_bytes);
  // The output is bounded by the buffer, whatever size the frame itself claims.
  size_t got = ZSTD_decompressDCtx(context_->zstd, raw.data(), raw.size(), stored.data(), stored.size());
  if (ZSTD_isError(got) || got != header.raw_bytes) return BlockStatus::BadCompression;
  return BlockStatus::Ok;
}

}  // namespace uproar
