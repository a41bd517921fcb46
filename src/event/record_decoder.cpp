#include "event/record_decoder.h"

#include "event/little_endian.h"
#include "event/stored_values.h"

namespace uproar {
namespace {

constexpr size_t kCommonSize = 8;

bool decode_element(Field::Kind kind, uint8_t size, const uint8_t* bytes, std::span<const uint8_t> record,
                    Value& value) {
  if (kind == Field::Kind::String) return read_string(record, load_little_endian<uint32_t>(bytes), value);
  set_number(value, load_number(bytes, size, kind == Field::Kind::Signed));
  return true;
}

DecodeStatus decode_field(const Field& field, std::span<const uint8_t> record, Value* values) {
  const uint32_t count = field.values();
  if (end_of(field) > record.size()) {
    for (uint32_t i = 0; i < count; ++i) set_fault(values[i]);
    return DecodeStatus::RecordShorterThanFields;
  }
  const uint8_t* bytes = record.data() + field.offset;
  if (field.kind == Field::Kind::FixedString) {
    set_text(*values, bytes, until_nul(bytes, field.count));
    return DecodeStatus::Ok;
  }
  bool inside = decode_element(field.kind, field.size, bytes, record, *values);
  for (uint32_t i = 1; i < count; ++i) {
    inside &=
        decode_element(field.kind, field.size, bytes + size_t{i} * stored_size(field), record, values[i]);
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

bool read_event_header(const EventSchema& schema, std::span<const uint8_t> record, Event& out) {
  const size_t header_size = kCommonSize + (schema.has_ip ? (schema.is_return ? 16 : 8) : 0);
  CommonHeader common;
  if (record.size() < header_size || !read_common_header(record, common)) return false;
  out.tid = common.tid;
  out.flags = common.flags;
  out.preempt_count = common.preempt_count;
  out.ip = schema.has_ip ? load_little_endian<uint64_t>(record.data() + kCommonSize) : 0;
  out.return_ip =
      schema.has_ip && schema.is_return ? load_little_endian<uint64_t>(record.data() + kCommonSize + 8) : 0;
  return true;
}

DecodeStatus decode_record(const EventSchema& schema, std::span<const uint8_t> record, Event& out) {
  if (!read_event_header(schema, record, out)) {
    out.values.clear();
    return DecodeStatus::RecordShorterThanHeader;
  }
  out.schema = &schema;

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
