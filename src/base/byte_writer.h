// Appends what ByteReader reads: little-endian numbers, varints, runs of bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace uproar {

// Owns the growing buffer; clear() keeps its memory, so a writer that is used again does not allocate.
class ByteWriter {
 public:
  void u8(uint8_t value) { buffer_.push_back(value); }
  void u16(uint16_t value) { fixed(value); }
  void u32(uint32_t value) { fixed(value); }
  void u64(uint64_t value) { fixed(value); }

  void varint(uint64_t value) {
    while (value >= 0x80) {
      buffer_.push_back(static_cast<uint8_t>(value | 0x80));
      value >>= 7;
    }
    buffer_.push_back(static_cast<uint8_t>(value));
  }
  void signed_varint(int64_t value) {
    varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void bytes(std::span<const uint8_t> run) { buffer_.insert(buffer_.end(), run.begin(), run.end()); }
  void text(std::string_view run) {
    varint(run.size());
    bytes({reinterpret_cast<const uint8_t*>(run.data()), run.size()});
  }

  // `size` bytes more, for the caller to fill; the view holds until the next call.
  std::span<uint8_t> room(size_t size) {
    buffer_.resize(buffer_.size() + size);
    return std::span(buffer_).last(size);
  }

  std::span<const uint8_t> view() const { return buffer_; }
  size_t size() const { return buffer_.size(); }
  bool empty() const { return buffer_.empty(); }
  void clear() { buffer_.clear(); }
  // Takes back what was written behind the first `size` bytes.
  void truncate(size_t size) { buffer_.resize(size); }

 private:
  template <typename T>
  void fixed(T value) {
    for (unsigned shift = 0; shift < sizeof(T) * 8; shift += 8)
      buffer_.push_back(static_cast<uint8_t>(uint64_t{value} >> shift));
  }

  std::vector<uint8_t> buffer_;
};

}  // namespace uproar
