// A bounds-checked cursor over bytes that nobody vouches for.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace uproar {

// Reads little-endian numbers, varints and runs of bytes. The first read past the end makes failed() true,
// and from then on every read gives 0 or an empty run: check once, after a group of reads. The bytes are not
// owned and must outlive the reader and every run it hands out.
class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  size_t position() const { return position_; }
  size_t remaining() const { return bytes_.size() - position_; }
  bool at_end() const { return failed_ || position_ == bytes_.size(); }

  uint8_t u8() { return fixed<uint8_t>(); }
  uint16_t u16() { return fixed<uint16_t>(); }
  uint32_t u32() { return fixed<uint32_t>(); }
  uint64_t u64() { return fixed<uint64_t>(); }

  // LEB128, at most 10 bytes; a longer one, or one whose value needs more than 64 bits, is a failure.
  uint64_t varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      uint8_t byte = u8();
      if (failed_) return 0;
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (!(byte & 0x80)) return value;
    }
    failed_ = true;
    return 0;
  }

  // Zigzag: 0, -1, 1, -2 … are 0, 1, 2, 3 …
  int64_t signed_varint() {
    uint64_t raw = varint();
    return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
  }

  std::span<const uint8_t> bytes(uint64_t count) {
    if (failed_ || count > remaining()) {
      failed_ = true;
      return {};
    }
    auto run = bytes_.subspan(position_, static_cast<size_t>(count));
    position_ += static_cast<size_t>(count);
    return run;
  }

  // A varint length and that many bytes.
  std::string_view text() {
    auto run = bytes(varint());
    return {reinterpret_cast<const char*>(run.data()), run.size()};
  }

 private:
  template <typename T>
  T fixed() {
    auto run = bytes(sizeof(T));
    T value = 0;
    for (size_t i = run.size(); i-- > 0;) value = static_cast<T>((uint64_t{value} << 8) | run[i]);
    return value;
  }

  std::span<const uint8_t> bytes_;
  size_t position_ = 0;
  bool failed_ = false;
};

}  // namespace uproar
