#include "recording/recovery.h"

#include <cstring>

namespace uproar {

namespace {
constexpr size_t kWindowBytes = size_t{256} << 10;
constexpr uint64_t kBudgetFloor = uint64_t{64} << 20;
constexpr uint64_t kBudgetPerFileByte = 4;
}  // namespace

std::optional<size_t> find_block_header(std::span<const uint8_t> window, size_t from) {
  BlockHeader header;
  while (from + kBlockHeaderBytes <= window.size()) {
    const void* hit =
        ::memmem(window.data() + from, window.size() - from, kBlockMagic.data(), kBlockMagic.size());
    if (!hit) return std::nullopt;
    from = static_cast<size_t>(static_cast<const uint8_t*>(hit) - window.data());
    if (parse_block_header(window.subspan(from), header) == BlockStatus::Ok) return from;
    ++from;
  }
  return std::nullopt;
}

Recovery::Recovery(ByteSource& source)
    : source_(source), budget_(kBudgetFloor + kBudgetPerFileByte * source.size()) {}

bool Recovery::payload_holds(uint64_t offset, const BlockHeader& header) {
  if (header.stored_bytes > kMaxBlockBytes || header.stored_bytes > budget_) return false;
  budget_ -= header.stored_bytes;
  auto payload = source_.read(offset + kBlockHeaderBytes, header.stored_bytes, payload_);
  return payload.size() == header.stored_bytes && checksum(payload) == header.payload_crc;
}

std::optional<uint64_t> Recovery::find_whole_block(uint64_t from) {
  while (from + kBlockHeaderBytes <= source_.size() && budget_ >= kWindowBytes) {
    auto window = source_.read(from, kWindowBytes, window_);
    if (window.size() < kBlockHeaderBytes) return std::nullopt;
    budget_ -= kWindowBytes;
    for (size_t at = 0;; ++at) {
      auto found = find_block_header(window, at);
      if (!found) break;
      at = *found;
      BlockHeader header;
      parse_block_header(window.subspan(at), header);
      if (payload_holds(from + at, header)) return from + at;
    }
    // The last header that did not fit into this window begins the next one.
    from += window.size() - kBlockHeaderBytes + 1;
  }
  return std::nullopt;
}

}  // namespace uproar
