#include "recording/blocks/index.h"

#include <algorithm>
#include <array>

#include "base/byte_reader.h"

namespace uproar {

namespace {
constexpr size_t kEntryBytes = kBlockHeaderBytes - kBlockMagic.size();
}

void put_index(const Index& index, ByteWriter& out) {
  out.u64(index.previous_offset);
  std::array<uint8_t, kBlockHeaderBytes> header;
  for (const BlockHeader& entry : index.headers) {
    put_block_header(entry, header);
    out.bytes(std::span(header).subspan(kBlockMagic.size()));
  }
}

bool parse_index(std::span<const uint8_t> bytes, uint32_t count, Index& out) {
  if (bytes.size() != 8 + uint64_t{count} * kEntryBytes) return false;
  ByteReader reader(bytes);
  out.previous_offset = reader.u64();
  out.headers.resize(count);
  std::array<uint8_t, kBlockHeaderBytes> header;
  std::copy(kBlockMagic.begin(), kBlockMagic.end(), header.begin());
  for (BlockHeader& entry : out.headers) {
    auto run = reader.bytes(kEntryBytes);
    std::copy(run.begin(), run.end(), header.begin() + kBlockMagic.size());
    if (parse_block_header(header, entry) != BlockStatus::Ok) return false;
  }
  return true;
}

}  // namespace uproar
