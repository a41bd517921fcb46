// Single values as they stand in a record.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include "event/event.h"
#include "event/little_endian.h"

namespace uproar {

inline uint64_t load_number(const uint8_t* bytes, uint8_t size, bool is_signed) {
  switch (size) {
    case 1:
      return is_signed ? static_cast<uint64_t>(int64_t{static_cast<int8_t>(*bytes)}) : *bytes;
    case 2: {
      const auto value = load_little_endian<uint16_t>(bytes);
      return is_signed ? static_cast<uint64_t>(int64_t{static_cast<int16_t>(value)}) : value;
    }
    case 4: {
      const auto value = load_little_endian<uint32_t>(bytes);
      return is_signed ? static_cast<uint64_t>(int64_t{static_cast<int32_t>(value)}) : value;
    }
    case 8:
      return load_little_endian<uint64_t>(bytes);
    default:
      return 0;
  }
}

// A bitfield of `width` bits with its sign; 0, or 64 and more: as it is.
inline uint64_t with_sign(uint64_t bits, uint64_t width) {
  if (width == 0 || width >= 64) return bits;
  const uint64_t sign = uint64_t{1} << (width - 1);
  return ((bits & ((sign << 1) - 1)) ^ sign) - sign;
}

inline void set_number(Value& value, uint64_t bits) {
  value.bits = bits;
  value.text = {};
  value.fault = value.cut = value.absent = false;
}

inline void set_text(Value& value, const uint8_t* bytes, size_t length, bool cut = false) {
  value.bits = 0;
  value.text = {reinterpret_cast<const char*>(bytes), length};
  value.fault = value.absent = false;
  value.cut = cut;
}

inline void set_fault(Value& value) {
  value.bits = 0;
  value.text = {};
  value.fault = true;
  value.cut = value.absent = false;
}

inline void set_absent(Value& value) {
  set_number(value, 0);
  value.absent = true;
}

inline size_t until_nul(const uint8_t* bytes, size_t size) {
  const void* end = size == 0 ? nullptr : std::memchr(bytes, 0, size);
  return end != nullptr ? static_cast<size_t>(static_cast<const uint8_t*>(end) - bytes) : size;
}

// One __data_loc word. A length of 0 is how the kernel says that it could not read the memory; an empty
// string has 1. False: what it says lies outside the record.
inline bool read_string(std::span<const uint8_t> record, uint32_t location, Value& value) {
  const size_t offset = location & 0xffff;
  const size_t length = location >> 16;
  if (length == 0) {
    set_fault(value);
    return true;
  }
  if (length > record.size() || offset > record.size() - length) {
    set_fault(value);
    return false;
  }
  // The kernel's own string ends at its NUL. What stands behind it is not the string's: a fault inside
  // string[N] leaves lengths that reach into other arguments.
  const uint8_t* bytes = record.data() + offset;
  set_text(value, bytes, until_nul(bytes, length));
  return true;
}

// Bytes of one element, and where the last one ends. As wide as they are read, whatever a schema out of a
// damaged file says of strings' sizes.
inline uint32_t stored_size(const Field& field) {
  return field.kind == Field::Kind::String ? 4 : field.kind == Field::Kind::FixedString ? 1 : field.size;
}
inline uint64_t end_of(const Field& field) {
  const bool one = field.count == 0 && field.kind != Field::Kind::FixedString;
  return field.offset + uint64_t{stored_size(field)} * (one ? 1 : field.count);
}

// A field's bytes, all of them or none.
inline std::span<const uint8_t> bytes_of(const Field& field, std::span<const uint8_t> record) {
  if (field.offset > record.size() || field.byte_size() > record.size() - field.offset) return {};
  return record.subspan(field.offset, field.byte_size());
}

// A field that holds one number; 0 where the record ends before.
inline uint64_t number_of(const Field& field, std::span<const uint8_t> record) {
  if (field.offset > record.size() || field.size > record.size() - field.offset) return 0;
  return load_number(record.data() + field.offset, field.size, field.kind == Field::Kind::Signed);
}

}  // namespace uproar
