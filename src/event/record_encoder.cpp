#include "event/record_encoder.h"

#include <algorithm>

#include "base/result.h"
#include "event/little_endian.h"
#include "event/text/trace_arguments.h"

namespace uproar {
namespace {

constexpr uint32_t kCommonSize = 8;
// Offsets and lengths in a __data_loc word have 16 bits.
constexpr uint64_t kMaxRecord = 0xffff;

uint32_t header_size(bool has_ip, bool is_return) {
  if (!has_ip) return kCommonSize;
  return kCommonSize + (is_return ? 16 : 8);
}

// The kind that holds all of an argument's values. A decimal without a sign may be the positive value of a
// signed type, so only what int64_t cannot hold makes the field unsigned.
Field::Kind kind_of(const TextArgument& argument) {
  using Shape = TextValue::Shape;
  Field::Kind kind = Field::Kind::Signed;
  for (const TextValue& value : argument.values) {
    switch (value.shape) {
      case Shape::String:
      case Shape::Fault:
        return Field::Kind::String;
      case Shape::Char:
        return Field::Kind::Char;
      case Shape::Hex:
        return Field::Kind::Hex;
      case Shape::NegativeDecimal:
        return Field::Kind::Signed;
      case Shape::Decimal:
        if (value.bits > uint64_t{INT64_MAX}) kind = Field::Kind::Unsigned;
        break;
    }
  }
  return kind;
}

uint8_t size_of(Field::Kind kind) {
  if (kind == Field::Kind::String) return 4;
  return kind == Field::Kind::Char ? 1 : 8;
}

// Bytes before the strings.
uint64_t fixed_size(const EventSchema& schema) {
  uint64_t size = header_size(schema.has_ip, schema.is_return);
  for (const Field& field : schema.fields) size = std::max(size, uint64_t{field.offset} + field.byte_size());
  return size;
}

bool argument_fits(const TextArgument& argument, const Field& field) {
  if (argument.name != field.name || argument.values.size() != field.values()) return false;
  const bool is_array = field.count > 0 && field.kind != Field::Kind::FixedString;
  return argument.is_array == is_array &&
         std::all_of(argument.values.begin(), argument.values.end(),
                     [&](const TextValue& value) { return value_fits(value, field); });
}

void store_number(uint8_t* bytes, uint8_t size, uint64_t bits) {
  switch (size) {
    case 1:
      *bytes = static_cast<uint8_t>(bits);
      break;
    case 2:
      store_little_endian(bytes, static_cast<uint16_t>(bits));
      break;
    case 4:
      store_little_endian(bytes, static_cast<uint32_t>(bits));
      break;
    case 8:
      store_little_endian(bytes, bits);
      break;
    default:
      break;
  }
}

void store_string(const TextValue& value, size_t at, std::vector<uint8_t>& out) {
  const auto offset = static_cast<uint32_t>(out.size());
  uint32_t length = 0;
  if (value.shape != TextValue::Shape::Fault) {
    out.insert(out.end(), value.text.begin(), value.text.end());
    out.push_back(0);
    length = static_cast<uint32_t>(out.size()) - offset;
  }
  store_little_endian(out.data() + at, (length << 16) | offset);
}

void store_argument(const TextArgument& argument, const Field& field, std::vector<uint8_t>& out) {
  size_t at = field.offset;
  for (const TextValue& value : argument.values) {
    if (field.kind == Field::Kind::String) {
      store_string(value, at, out);
    } else if (field.kind == Field::Kind::FixedString) {
      std::copy(value.text.begin(), value.text.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      store_number(out.data() + at, field.size, value.bits);
    }
    at += field.size;
  }
}

}  // namespace

EventSchema schema_of(const TextEvent& event, std::string_view group) {
  EventSchema schema;
  schema.group = group;
  schema.name = event.event;
  schema.is_return = event.is_return;
  schema.has_ip = event.has_ip;
  uint32_t offset = header_size(event.has_ip, event.is_return);
  for (const TextArgument& argument : event.arguments) {
    Field field;
    field.name = argument.name;
    field.kind = kind_of(argument);
    field.size = size_of(field.kind);
    field.count = argument.is_array ? static_cast<uint16_t>(argument.values.size()) : uint16_t{0};
    field.offset = offset;
    offset += field.byte_size();
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

bool fits(const TextEvent& event, const EventSchema& schema) {
  if (event.event != schema.name || event.has_ip != schema.has_ip || event.is_return != schema.is_return ||
      event.arguments.size() != schema.fields.size()) {
    return false;
  }
  uint64_t size = fixed_size(schema);
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    if (!argument_fits(event.arguments[i], schema.fields[i])) return false;
    if (schema.fields[i].kind != Field::Kind::String) continue;
    for (const TextValue& value : event.arguments[i].values) size += value.text.size() + 1;
  }
  return size <= kMaxRecord;
}

void encode_record(const TextEvent& event, const EventSchema& schema, std::vector<uint8_t>& out) {
  const uint64_t size = fixed_size(schema);
  CHECK(size <= kMaxRecord && event.arguments.size() == schema.fields.size());
  out.assign(size, 0);
  store_little_endian(out.data(), schema.kernel_type);
  out[2] = event.flags;
  out[3] = event.preempt_count;
  store_little_endian(out.data() + 4, static_cast<uint32_t>(event.tid));
  if (schema.has_ip) store_little_endian(out.data() + kCommonSize, event.ip);
  if (schema.has_ip && schema.is_return) store_little_endian(out.data() + kCommonSize + 8, event.return_ip);
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    CHECK(event.arguments[i].values.size() == schema.fields[i].values());
    store_argument(event.arguments[i], schema.fields[i], out);
  }
}

}  // namespace uproar
