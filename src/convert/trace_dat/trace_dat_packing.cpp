#include "convert/trace_dat/trace_dat_packing.h"

#include <zlib.h>
#include <zstd.h>

#include "base/result.h"

namespace uproar::trace_dat {

std::optional<Packing> packing_by_name(std::string_view name) {
  if (name.empty() || name == "none") return Packing::None;
  if (name == "zstd") return Packing::Zstd;
  if (name == "zlib") return Packing::Zlib;
  return std::nullopt;
}

namespace {

// Bytes that cannot become so many are refused before memory is taken for them. zlib makes at most 1,032 of
// one; zstd 128 KiB of a block of 4, and its frames tell their size, unless they were made as a stream.
bool can_become(Packing packing, std::span<const uint8_t> packed, uint64_t unpacked_bytes) {
  if (packing == Packing::Zlib) return unpacked_bytes / 1032 <= packed.size();
  if (packing != Packing::Zstd) return packed.size() == unpacked_bytes;
  const unsigned long long told = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (told == ZSTD_CONTENTSIZE_ERROR) return false;
  if (told != ZSTD_CONTENTSIZE_UNKNOWN && told > unpacked_bytes) return false;
  return unpacked_bytes / (size_t{128} << 10) <= packed.size() / 4;
}

}  // namespace

bool unpack(Packing packing, std::span<const uint8_t> packed, size_t unpacked_bytes,
            std::vector<uint8_t>& out) {
  if (!can_become(packing, packed, unpacked_bytes)) return false;
  out.resize(unpacked_bytes);
  switch (packing) {
    case Packing::Zstd:
      return ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size()) == unpacked_bytes;
    case Packing::Zlib: {
      uLongf written = out.size();
      return uncompress(out.data(), &written, packed.data(), packed.size()) == Z_OK &&
             written == unpacked_bytes;
    }
    case Packing::None:
      break;
  }
  out.assign(packed.begin(), packed.end());
  return true;
}

void pack_zstd(std::span<const uint8_t> bytes, int level, std::vector<uint8_t>& out) {
  out.resize(ZSTD_compressBound(bytes.size()));
  const size_t packed = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level);
  CHECK(!ZSTD_isError(packed));  // the room is enough whatever the bytes
  out.resize(packed);
}

}  // namespace uproar::trace_dat
