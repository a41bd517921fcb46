// Text of 2 or 4 bytes a character as UTF-8. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace uproar {

// Characters of UTF-16 (`character_bytes` 2) or UTF-32 (4), little-endian, appended to `out`. Half of a pair that
// stands alone keeps its number as UTF-8 would write it, so that no two texts become the same; printers then
// take the text for bytes. A number above those of Unicode becomes U+FFFD. `is_cut`: the text goes on behind
// `bytes`, and half of a pair at their end is left out.
void append_utf8(std::span<const uint8_t> bytes, uint8_t character_bytes, bool is_cut, std::string& out);

// Bytes before the first character 0, which stands at a multiple of `character_bytes`.
size_t until_zero(std::span<const uint8_t> bytes, uint8_t character_bytes);

}  // namespace uproar
