// Names for messages: those that the user may have meant, and lists of them. Pure.
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

// "did you mean a, b?", or nothing without names.
std::string did_you_mean(const std::vector<std::string>& names);

// "a, b, c, … (N more)" with at most `limit` of them.
std::string short_list(const std::vector<std::string>& names, size_t limit);

}  // namespace uproar
