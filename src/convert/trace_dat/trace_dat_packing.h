// The compressions that a trace.dat may have. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace uproar::trace_dat {

enum class Packing : uint8_t { None, Zstd, Zlib };

// By the name in the file's header; nothing for one that is not known.
std::optional<Packing> packing_by_name(std::string_view name);

// Exactly `unpacked_bytes`, or false: damaged, longer or shorter. Takes no more memory than that.
bool unpack(Packing packing, std::span<const uint8_t> packed, size_t unpacked_bytes,
            std::vector<uint8_t>& out);

// One frame of zstd.
void pack_zstd(std::span<const uint8_t> bytes, int level, std::vector<uint8_t>& out);

}  // namespace uproar::trace_dat
