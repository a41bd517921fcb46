// Where an export writes to: a file, a pipe or memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace uproar {

// Buffered. Bytes that were not flushed when it goes are not written. Not thread-safe.
class ByteOutput {
 public:
  // Takes the descriptor; `name` is for messages.
  static std::unique_ptr<ByteOutput> to_fd(Fd fd, std::string name);
  // Appends to `bytes`, which must outlive the output. Can patch.
  static std::unique_ptr<ByteOutput> to_memory(std::vector<uint8_t>& bytes);
  virtual ~ByteOutput() = default;

  virtual const std::string& name() const = 0;
  // Bytes appended so far, flushed or not.
  virtual uint64_t position() const = 0;
  // Whether patch() works: a regular file, memory.
  virtual bool can_patch() const = 0;

  virtual Result<void> append(std::span<const uint8_t> bytes) = 0;
  Result<void> append(std::string_view text) {
    return append(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  }
  // Replaces bytes that were appended before.
  virtual Result<void> patch(uint64_t offset, std::span<const uint8_t> bytes) = 0;
  virtual Result<void> flush() = 0;
};

}  // namespace uproar
