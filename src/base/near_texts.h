// Names that the user may have meant by one that is not there. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {

// Up to `limit` of `names` that are near `wanted` (edit distance, prefix, case, leading underscores), best first,
// each once. Names that are no plain ASCII words, or longer than 256 bytes, are never offered.
std::vector<std::string> near_texts(const std::vector<std::string_view>& names, std::string_view wanted,
                                    size_t limit = 3);
std::vector<std::string> near_texts(const std::vector<std::string>& names, std::string_view wanted,
                                    size_t limit = 3);

}  // namespace uproar
