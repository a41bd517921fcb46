#include "convert/trace_dat_packing.h"

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

bool unpack(Packing packing, std::span<const uint8_t> packed, size_t unpacked_bytes,
            std::vector<uint8_t>& out) {
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
  if (packed.size() != unpacked_bytes) return false;
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
