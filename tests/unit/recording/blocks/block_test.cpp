#include "recording/blocks/block.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <array>

namespace uproar {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes pack(std::span<const uint8_t> raw, BlockHeader& header) {
  BlockPacker packer(1);
  auto run = packer.pack(header, raw);
  return Bytes(run.begin(), run.end());
}

TEST(Block, HeaderComesBack) {
  BlockHeader header{3, 1, 77, 5, 100, 4000, 9, 0xdeadbeef, 1000, ~uint64_t{0}};
  std::array<uint8_t, kBlockHeaderBytes> bytes;
  put_block_header(header, bytes);
  BlockHeader back;
  ASSERT_EQ(parse_block_header(bytes, back), BlockStatus::Ok);
  EXPECT_EQ(back, header);
}

TEST(Block, EveryBitOfTheHeaderIsProtected) {
  BlockHeader header{3, 1, 77, 5, 100, 4000, 9, 0xdeadbeef, 1000, 2000};
  std::array<uint8_t, kBlockHeaderBytes> bytes;
  put_block_header(header, bytes);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    BlockHeader back;
    EXPECT_EQ(parse_block_header(flipped, back),
              bit < 32 ? BlockStatus::NoMagic : BlockStatus::BadHeaderChecksum)
        << bit;
  }
}

TEST(Block, CutHeaderIsReported) {
  std::array<uint8_t, kBlockHeaderBytes> bytes;
  put_block_header({}, bytes);
  BlockHeader back;
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(parse_block_header(std::span(bytes).first(size), back), BlockStatus::CutHeader);
  }
}

TEST(Block, LargePayloadIsPackedAndComesBack) {
  Bytes raw(100000, 'x');
  BlockHeader header;
  Bytes block = pack(raw, header);
  EXPECT_EQ(header.codec, static_cast<uint8_t>(Codec::Zstd));
  EXPECT_LT(block.size(), 200u);
  BlockUnpacker unpacker;
  Bytes back;
  ASSERT_EQ(unpacker.unpack(header, std::span(block).subspan(kBlockHeaderBytes), back), BlockStatus::Ok);
  EXPECT_EQ(back, raw);
}

TEST(Block, SmallOrIncompressiblePayloadIsStored) {
  BlockHeader header;
  pack(Bytes(kMinPackedBytes - 1, 'x'), header);
  EXPECT_EQ(header.codec, static_cast<uint8_t>(Codec::Stored));
  Bytes noise(5000);
  uint32_t seed = 1;
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
  Bytes block = pack(noise, header);
  EXPECT_EQ(header.codec, static_cast<uint8_t>(Codec::Stored));
  EXPECT_EQ(block.size(), kBlockHeaderBytes + noise.size());
}

TEST(Block, EmptyPayloadComesBack) {
  BlockHeader header;
  Bytes block = pack({}, header);
  BlockUnpacker unpacker;
  Bytes back{1, 2, 3};
  ASSERT_EQ(unpacker.unpack(header, {}, back), BlockStatus::Ok);
  EXPECT_TRUE(back.empty());
}

TEST(Block, ChecksumMismatchIsReported) {
  BlockHeader header;
  Bytes block = pack(Bytes(100, 'x'), header);
  block.back() ^= 1;
  BlockUnpacker unpacker;
  Bytes back;
  EXPECT_EQ(unpacker.unpack(header, std::span(block).subspan(kBlockHeaderBytes), back),
            BlockStatus::BadPayloadChecksum);
}

TEST(Block, CutPayloadIsReported) {
  BlockHeader header;
  Bytes block = pack(Bytes(100, 'x'), header);
  BlockUnpacker unpacker;
  Bytes back;
  EXPECT_EQ(unpacker.unpack(header, std::span(block).subspan(kBlockHeaderBytes, 99), back),
            BlockStatus::CutPayload);
}

// The checksums hold, so that only the limits stand between the file and the memory.
BlockStatus unpack_with(BlockHeader header, Bytes stored) {
  header.stored_bytes = static_cast<uint32_t>(stored.size());
  header.payload_crc = checksum(stored);
  BlockUnpacker unpacker;
  Bytes back;
  return unpacker.unpack(header, stored, back);
}

TEST(Block, DecompressionBombIsRefused) {
  Bytes zeros(size_t{64} << 20);
  Bytes bomb(ZSTD_compressBound(zeros.size()));
  bomb.resize(ZSTD_compress(bomb.data(), bomb.size(), zeros.data(), zeros.size(), 1));
  BlockHeader header;
  header.codec = static_cast<uint8_t>(Codec::Zstd);
  header.raw_bytes = 64 << 20;
  EXPECT_EQ(unpack_with(header, bomb), BlockStatus::TooLarge);
  header.raw_bytes = 1000;
  EXPECT_EQ(unpack_with(header, bomb), BlockStatus::BadCompression);
}

TEST(Block, HeaderBeyondTheLimitsIsTooLarge) {
  std::array<uint8_t, kBlockHeaderBytes> bytes;
  BlockHeader header;
  header.raw_bytes = kMaxBlockBytes + 1;
  put_block_header(header, bytes);
  BlockHeader back;
  EXPECT_EQ(parse_block_header(bytes, back), BlockStatus::TooLarge);
  EXPECT_EQ(back, header);
}

TEST(Block, UnknownCodecIsReported) {
  BlockHeader header;
  header.codec = 2;
  EXPECT_EQ(unpack_with(header, Bytes(10)), BlockStatus::UnknownCodec);
}

TEST(Block, NoZstdFrameIsReported) {
  BlockHeader header;
  header.codec = static_cast<uint8_t>(Codec::Zstd);
  header.raw_bytes = 100;
  EXPECT_EQ(unpack_with(header, Bytes(10, 'x')), BlockStatus::BadCompression);
}

TEST(Block, StoredPayloadOfAnotherSizeIsReported) {
  BlockHeader header;
  header.raw_bytes = 11;
  EXPECT_EQ(unpack_with(header, Bytes(10, 'x')), BlockStatus::BadCompression);
}

TEST(Block, EveryStatusHasItsWords) {
  for (int i = 0; i <= static_cast<int>(BlockStatus::BadCompression); ++i) {
    EXPECT_STRNE(describe(static_cast<BlockStatus>(i)), "unknown fault");
  }
}

}  // namespace
}  // namespace uproar
