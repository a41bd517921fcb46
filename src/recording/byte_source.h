// The bytes of a recording, wherever they are.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/fd.h"

namespace uproar {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fixed when the source is made: what a writer appends afterwards is not seen.
  virtual uint64_t size() const = 0;

  // Up to `count` bytes from `offset`; fewer at the end of the file, or if it cannot be read. The run lives
  // in the source or in `scratch`, and holds until the next call with the same scratch.
  virtual std::span<const uint8_t> read(uint64_t offset, size_t count, std::vector<uint8_t>& scratch) = 0;
};

// A regular file, read with pread: a mapping would end the program if the file became shorter.
std::unique_ptr<ByteSource> file_source(Fd fd, uint64_t size);
std::unique_ptr<ByteSource> memory_source(std::vector<uint8_t> bytes);
std::unique_ptr<ByteSource> memory_source(std::string bytes);

}  // namespace uproar
