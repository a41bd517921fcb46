#include "event/argument_reader.h"

#include <algorithm>

#include "event/helper_fields.h"
#include "event/stored_values.h"

namespace uproar {
namespace {

bool all_followable(const std::vector<Field>& via, std::span<const uint8_t> record) {
  return std::all_of(via.begin(), via.end(),
                     [&](const Field& field) { return was_followable(number_of(field, record)); });
}

void read_sized_text(const ServedField& served, std::span<const uint8_t> record, Value& value) {
  const auto bytes = bytes_of(served.field, record);
  const uint64_t length = served.limit ? number_of(*served.limit, record) : text_length(served, record);
  const size_t there = std::min<uint64_t>(length, bytes.size());
  if (served.limit) {
    const size_t end = until_nul(bytes.data(), there);
    return set_text(value, bytes.data(), end, end == bytes.size() && length > bytes.size());
  }
  if (length > 0 && served.pointer && !was_followable(number_of(*served.pointer, record)))
    return set_fault(value);
  set_text(value, bytes.data(), there, length > bytes.size());
}

// The kernel gives up on strings of 4096 bytes and more as if they could not be read; what their beginning
// holds shows that they could. A string that got less room than it needed, because others of its event took
// theirs, ends before its own NUL.
void look_at_start(const Field& start, std::span<const uint8_t> record, Value& value) {
  if (!value.fault) {
    value.cut = goes_on(start, value.text.size(), record);
    return;
  }
  const auto bytes = bytes_of(start, record);
  const size_t end = until_nul(bytes.data(), bytes.size());
  if (end > 0) set_text(value, bytes.data(), end, true);
}

Value* read_strings(const ServedField& served, std::span<const uint8_t> record, Value* out, bool& inside) {
  const uint8_t* location = record.data() + served.field.offset;
  for (uint32_t left = served.field.values(); left > 0; --left, location += 4, ++out) {
    inside &= read_string(record, load_little_endian<uint32_t>(location), *out);
    if (served.start) look_at_start(*served.start, record, *out);
  }
  return out;
}

uint64_t number_at(const ServedField& served, size_t offset, std::span<const uint8_t> record) {
  const Field& field = served.field;
  return load_number(record.data() + field.offset + offset, field.size, field.kind == Field::Kind::Signed);
}

Value* read_array(const ServedField& served, bool reached, std::span<const uint8_t> record, Value* out) {
  Value* const end = out + (served.array.is_one_element() ? 1 : served.field.values());
  const ArrayElements elements =
      reached ? array_elements(served.array, served.field, record) : ArrayElements{};
  const bool failed = elements.offsets.empty() && (!reached || elements.cut || served.array.is_one_element());
  if (failed) set_fault(*out++);
  for (const uint32_t offset : elements.offsets) {
    if (out == end) break;
    set_number(*out, number_at(served, offset, record));
    out++->cut = elements.cut && offset == elements.offsets.back();
  }
  for (; out != end; ++out) set_absent(*out);
  return end;
}

Value* read_numbers(const ServedField& served, std::span<const uint8_t> record, Value* out) {
  const Field& field = served.field;
  const uint8_t* bytes = record.data() + field.offset;
  const bool is_signed = field.kind == Field::Kind::Signed;
  const uint64_t sign = served.sign ? number_of(*served.sign, record) : 0;
  for (uint32_t left = field.values(); left > 0; --left, bytes += field.size, ++out)
    set_number(*out, with_sign(load_number(bytes, field.size, is_signed), sign));
  return out;
}

}  // namespace

uint64_t text_length(const ServedField& served, std::span<const uint8_t> record) {
  const uint64_t length = number_of(*served.length, record);
  if (served.array.dimensions.empty() || !served.array.dimensions.front().first) return length;
  const uint64_t first = number_of(*served.array.dimensions.front().first, record);
  return length_between(static_cast<int64_t>(first), static_cast<int64_t>(length));
}

bool goes_on(const Field& start, size_t length, std::span<const uint8_t> record) {
  const auto bytes = bytes_of(start, record);
  return length < bytes.size() && bytes[length] != 0;
}

Value* read_argument(const ServedField& served, std::span<const uint8_t> record, Value* out, bool& inside) {
  const Field& field = served.field;
  const uint32_t values = served.is_sized_text() ? 1 : field.values();
  const bool reached = served.via.empty() || all_followable(served.via, record);
  if (served.is_array()) return read_array(served, reached && end_of(field) <= record.size(), record, out);
  if (!reached || end_of(field) > record.size()) {
    for (Value* const end = out + values; out != end; ++out) set_fault(*out);
    return out;
  }
  if (served.is_sized_text()) {
    read_sized_text(served, record, *out);
    return out + 1;
  }
  switch (field.kind) {
    case Field::Kind::String:
      return read_strings(served, record, out, inside);
    case Field::Kind::FixedString:
      set_text(*out, record.data() + field.offset, until_nul(record.data() + field.offset, field.count));
      return out + 1;
    case Field::Kind::Unsigned:
    case Field::Kind::Signed:
    case Field::Kind::Hex:
    case Field::Kind::Char:
      break;
  }
  return read_numbers(served, record, out);
}

}  // namespace uproar
