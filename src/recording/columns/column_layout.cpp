#include "recording/columns/column_layout.h"

#include <algorithm>

#include "recording/file_format.h"

namespace uproar {

namespace {

// Longer arrays are rather read as bytes than number by number.
constexpr uint32_t kFewElements = 4;
// kernel: include/linux/trace_events.h struct trace_entry
constexpr uint32_t kTaskOffset = 4;

void append(RecordPart::Kind kind, uint32_t size, RecordLayout& layout) {
  layout.parts.push_back({kind, size});
  layout.fixed_bytes += size;
}

void append_field(const Field& field, RecordLayout& layout) {
  const uint32_t elements = std::max<uint32_t>(field.count, 1);
  if (field.kind == Field::Kind::String) {
    for (uint32_t i = 0; i < elements; ++i) append(RecordPart::Kind::Dynamic, 4, layout);
  } else if (field.kind != Field::Kind::FixedString && elements <= kFewElements) {
    for (uint32_t i = 0; i < elements; ++i) append(RecordPart::Kind::Number, field.size, layout);
  } else {
    append(RecordPart::Kind::Bytes, field.byte_size(), layout);
  }
}

uint64_t size_of(const Field& field) {
  const uint64_t element = field.kind == Field::Kind::String        ? 4
                           : field.kind == Field::Kind::FixedString ? 1
                                                                    : field.size;
  return element * std::max<uint32_t>(field.count, 1);
}

}  // namespace

RecordLayout layout_of(const EventSchema& schema) {
  RecordLayout layout;
  append(RecordPart::Kind::Number, kTaskOffset, layout);
  append(RecordPart::Kind::Task, 4, layout);
  for (int left = schema.has_ip ? (schema.is_return ? 2 : 1) : 0; left > 0; --left)
    append(RecordPart::Kind::Number, 8, layout);
  std::vector<const Field*> fields;
  for (const Field& field : schema.fields) fields.push_back(&field);
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field* a, const Field* b) { return a->offset < b->offset; });
  for (const Field* field : fields) {
    if (field->offset + size_of(*field) > kMaxRecordBytes) continue;
    if (field->offset < layout.fixed_bytes) return {{}, kMaxRecordBytes + 1};
    if (field->offset > layout.fixed_bytes)
      append(RecordPart::Kind::Bytes, field->offset - layout.fixed_bytes, layout);
    append_field(*field, layout);
  }
  return layout;
}

void put_layout(const RecordLayout& layout, ByteWriter& out) {
  out.varint(layout.parts.size());
  for (const RecordPart& part : layout.parts) {
    out.u8(static_cast<uint8_t>(part.kind));
    if (part.kind == RecordPart::Kind::Number || part.kind == RecordPart::Kind::Bytes) out.varint(part.size);
  }
}

bool parse_layout(ByteReader& in, RecordLayout& out) {
  out.parts.clear();
  out.fixed_bytes = 0;
  const uint64_t count = in.varint();
  if (count > in.remaining()) return false;
  for (uint64_t i = 0; i < count; ++i) {
    const uint8_t kind = in.u8();
    if (kind > static_cast<uint8_t>(RecordPart::Kind::Dynamic)) return false;
    RecordPart part{static_cast<RecordPart::Kind>(kind), 4};
    uint64_t size = 4;
    if (part.kind == RecordPart::Kind::Number || part.kind == RecordPart::Kind::Bytes) size = in.varint();
    if (size == 0 || size > kMaxRecordBytes - out.fixed_bytes) return false;
    if (part.kind == RecordPart::Kind::Number && size != 1 && size != 2 && size != 4 && size != 8)
      return false;
    part.size = static_cast<uint32_t>(size);
    out.parts.push_back(part);
    out.fixed_bytes += part.size;
  }
  return !in.failed();
}

}  // namespace uproar
