// The bytes of a foreign file, be it a file, a pipe or memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace uproar {

// Not thread-safe.
class ByteInput {
 public:
  // "-" is standard input (read as a file where it is one). Errors: cannot open, a directory.
  static Result<std::unique_ptr<ByteInput>> open(const std::string& path);
  // A name for messages.
  static std::unique_ptr<ByteInput> from_bytes(std::vector<uint8_t> bytes, std::string name);
  static std::unique_ptr<ByteInput> from_bytes(std::string_view bytes, std::string name);
  virtual ~ByteInput() = default;

  virtual const std::string& name() const = 0;
  // Files and memory: read_at() may go anywhere. Pipes only forward.
  virtual bool can_seek() const = 0;
  // Bytes that there were when it was opened; 0 for a pipe.
  virtual uint64_t size() const = 0;

  // `count` bytes from `offset`, fewer only at the end of the input. They hold until the next call of view()
  // or read_at(). A pipe keeps what the last view() gave and nothing before its offset, so that a reader may
  // look at the same place again with another count. Error: the system's; a pipe that should go back; more
  // than kMaxView.
  virtual Result<std::span<const uint8_t>> view(uint64_t offset, size_t count) = 0;

  // The same into memory of the caller, for readers that jump about in a file. Bytes that were read.
  virtual Result<size_t> read_at(uint64_t offset, std::span<uint8_t> out) = 0;

  static constexpr size_t kMaxView = size_t{64} << 20;
};

}  // namespace uproar
