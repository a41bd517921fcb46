// A stretch of a text.
#pragma once

#include <cstdint>

namespace uproar {

// Byte positions [begin, end). Where a span stands for a part of a definition, an empty one says that the
// definition has no such part.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool empty() const { return begin == end; }
};

}  // namespace uproar
