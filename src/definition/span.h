// A stretch of the user's text.
#pragma once

#include <cstdint>

namespace uproar {

// Byte positions [begin, end) in the definition's text.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
};

}  // namespace uproar
