// Quantities as people type and read them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uproar {

// "10", "10s", "500ms", "2m", "1h", also with a fraction: nanoseconds. nullopt if it is none or is 0.
std::optional<uint64_t> parse_duration(std::string_view text);

// "64" (pages of 4 KiB, as perf's -m), "512K", "4M", "1G": bytes.
std::optional<uint64_t> parse_buffer_size(std::string_view text);

// "100M", "64K", "2G", or bytes: bytes.
std::optional<uint64_t> parse_size(std::string_view text);

// "12.3 KiB"
std::string format_bytes(uint64_t bytes);

}  // namespace uproar
