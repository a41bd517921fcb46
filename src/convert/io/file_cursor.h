// A cursor over a foreign file, for headers whose parts only tell their lengths one after another.
#pragma once

#include <cstdint>
#include <string>

#include "convert/io/byte_input.h"

namespace uproar {

// Little-endian numbers, texts and runs of bytes between two offsets of an input. The first read that goes
// past the end, or that the system refuses, makes failed() true, and from then on every read gives 0 or
// nothing: check after a group of reads. The input must outlive it.
class FileCursor {
 public:
  FileCursor(ByteInput& input, uint64_t offset, uint64_t end) : input_(input), offset_(offset), end_(end) {}

  bool failed() const { return failed_; }
  uint64_t position() const { return offset_; }
  uint64_t end() const { return end_; }
  uint64_t remaining() const { return failed_ ? 0 : end_ - offset_; }

  uint8_t u8() { return static_cast<uint8_t>(number(1)); }
  uint16_t u16() { return static_cast<uint16_t>(number(2)); }
  uint32_t u32() { return static_cast<uint32_t>(number(4)); }
  uint64_t u64() { return number(8); }

  // `count` bytes; more than `limit` is a failure.
  std::string bytes(uint64_t count, uint64_t limit);
  // Up to a NUL, which is passed over; more than `limit` bytes without one is a failure.
  std::string text(size_t limit);
  void skip(uint64_t count);
  void fail() { failed_ = true; }

 private:
  uint64_t number(size_t size);

  ByteInput& input_;
  uint64_t offset_;
  uint64_t end_;
  bool failed_ = false;
};

}  // namespace uproar
