#include "event/decoder.h"

#include <cstring>

#include "event/little_endian.h"

namespace uproar {
namespace {

constexpr size_t kCommonSize = 8;

uint64_t load_number(const uint8_t* bytes, uint8_t size, bool is_signed) {
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

void set_number(Value& value, uint64_t bits) {
  value.bits = bits;
  value.text = {};
  value.fault = value.cut = false;
}

void set_text(Value& value, const uint8_t* bytes, size_t length) {
  value.bits = 0;
  value.text = {reinterpret_cast<const char*>(bytes), length};
  value.fault = value.cut = false;
}

void set_fault(Value& value) {
  value.bits = 0;
  value.text = {};
  value.fault = true;
  value.cut = false;
}

// One __data_loc word. A length of 0 is how the kernel says that it could not read the memory; an empty
// string has 1.
bool decode_string(std::span<const uint8_t> record, uint32_t location, Value& value) {
  const size_t offset = location & 0xffff;
  size_t length = location >> 16;
  if (length == 0) {
    set_fault(value);
    return true;
  }
  if (length > record.size() || offset > record.size() - length) {
    set_fault(value);
    return false;
  }
  const uint8_t* bytes = record.data() + offset;
  // The kernel's own string ends at its NUL. What stands behind it is not the string's: a fault inside
  // string[N] leaves lengths that reach into other arguments.
  const void* end = std::memchr(bytes, 0, length);
  set_text(value, bytes,
           end != nullptr ? static_cast<size_t>(static_cast<const uint8_t*>(end) - bytes) : length);
  return true;
}

bool decode_element(Field::Kind kind, uint8_t size, const uint8_t* bytes, std::span<const uint8_t> record,
                    Value& value) {
  if (kind == Field::Kind::String) return decode_string(record, load_little_endian<uint32_t>(bytes), value);
  set_number(value, load_number(bytes, size, kind == Field::Kind::Signed));
  return true;
}

DecodeStatus decode_field(const Field& field, std::span<const uint8_t> record, Value* values) {
  const uint32_t count = field.values();
  // As wide as it is read, whatever a schema out of a damaged file says of strings' sizes.
  const uint32_t size = field.kind == Field::Kind::String        ? 4
                        : field.kind == Field::Kind::FixedString ? field.count
                                                                 : field.size;
  if (uint64_t{field.offset} + uint64_t{size} * count > record.size()) {
    for (uint32_t i = 0; i < count; ++i) set_fault(values[i]);
    return DecodeStatus::RecordShorterThanFields;
  }
  const uint8_t* bytes = record.data() + field.offset;
  if (field.kind == Field::Kind::FixedString) {
    const void* end = size == 0 ? nullptr : std::memchr(bytes, 0, size);
    set_text(*values, bytes,
             end != nullptr ? static_cast<size_t>(static_cast<const uint8_t*>(end) - bytes) : size);
    return DecodeStatus::Ok;
  }
  bool inside = decode_element(field.kind, field.size, bytes, record, *values);
  for (uint32_t i = 1; i < count; ++i) {
    inside &= decode_element(field.kind, field.size, bytes + size_t{i} * size, record, values[i]);
  }
  return inside ? DecodeStatus::Ok : DecodeStatus::StringOutsideRecord;
}

}  // namespace

bool read_common_header(std::span<const uint8_t> record, CommonHeader& out) {
  if (record.size() < kCommonSize) return false;
  out.type = load_little_endian<uint16_t>(record.data());
  out.flags = record[2];
  out.preempt_count = record[3];
  out.tid = static_cast<int32_t>(load_little_endian<uint32_t>(record.data() + 4));
  return true;
}

DecodeStatus decode_record(const EventSchema& schema, std::span<const uint8_t> record, Event& out) {
  const size_t header_size = kCommonSize + (schema.has_ip ? (schema.is_return ? 16 : 8) : 0);
  CommonHeader common;
  if (record.size() < header_size || !read_common_header(record, common)) {
    out.values.clear();
    return DecodeStatus::RecordShorterThanHeader;
  }
  out.schema = &schema;
  out.tid = common.tid;
  out.flags = common.flags;
  out.preempt_count = common.preempt_count;
  out.ip = schema.has_ip ? load_little_endian<uint64_t>(record.data() + kCommonSize) : 0;
  out.return_ip =
      schema.has_ip && schema.is_return ? load_little_endian<uint64_t>(record.data() + kCommonSize + 8) : 0;

  size_t total = 0;
  for (const Field& field : schema.fields) total += field.values();
  if (out.values.size() != total) out.values.resize(total);

  DecodeStatus status = DecodeStatus::Ok;
  Value* values = out.values.data();
  for (const Field& field : schema.fields) {
    const DecodeStatus got = decode_field(field, record, values);
    if (status == DecodeStatus::Ok) status = got;
    values += field.values();
  }
  return status;
}

}  // namespace uproar
