#include "event/argument_reader.h"

#include <algorithm>

#include "event/helper_fields.h"
#include "event/stored_values.h"
#include "event/wide_text.h"

namespace uproar {
namespace {

bool all_followable(const std::vector<Field>& via, std::span<const uint8_t> record) {
  return std::all_of(via.begin(), via.end(),
                     [&](const Field& field) { return was_followable(number_of(field, record)); });
}

bool has_bit(const Field& bits, uint32_t index, std::span<const uint8_t> record) {
  const auto bytes = bytes_of(bits, record);
  return index / 8 < bytes.size() && (bytes[index / 8] >> index % 8 & 1) != 0;
}

bool has_fault(const ServedField& served, std::span<const uint8_t> record) {
  return served.faults && std::any_of(served.parts.begin(), served.parts.end(),
                                      [&](uint32_t part) { return has_bit(*served.faults, part, record); });
}

// The bytes that the text is in, and behind it something else; nothing: they could not be read.
std::optional<std::span<const uint8_t>> room_of_text(const Field& field, std::span<const uint8_t> record) {
  const auto bytes = bytes_of(field, record);
  if (field.kind != Field::Kind::String) return bytes;
  if (bytes.size() != 4) return std::nullopt;
  const uint32_t location = load_little_endian<uint32_t>(bytes.data());
  const size_t offset = location & 0xffff;
  const size_t length = location >> 16;  // with a NUL that is none of the text's
  if (length == 0 || length > record.size() || offset > record.size() - length) return std::nullopt;
  return record.subspan(offset, length - 1);
}

// libc++: include/string basic_string::__rep
constexpr size_t kObjectBytes = 24;
constexpr size_t kLongLength = 8;  // in both layouts

// Of a text that is short enough for its object.
StoredText text_in_object(std::span<const uint8_t> object, const TextForm& form) {
  const bool length_first = form.layout == TextForm::Layout::LengthFirst;
  const size_t count = length_first ? object[0] >> 1 : object[kObjectBytes - 1] & 0x7f;
  const size_t begin = length_first ? form.character_bytes : 0;
  StoredText text;
  text.character_bytes = form.character_bytes;
  text.in_object = true;
  text.fault = count * form.character_bytes > kObjectBytes - begin;  // no such object is there
  if (!text.fault) text.bytes = object.subspan(begin, count * form.character_bytes);
  return text;
}

StoredText text_of_length(std::span<const uint8_t> bytes, uint64_t length, uint8_t character_bytes) {
  const size_t room = bytes.size() / character_bytes;
  StoredText text;
  text.character_bytes = character_bytes;
  text.bytes = bytes.first(std::min<uint64_t>(length, room) * character_bytes);
  text.cut = length > room;
  return text;
}

StoredText text_of_object(const ServedField& served, const TextForm& form, std::span<const uint8_t> record) {
  const auto object = bytes_of(*served.object, record);
  StoredText text;
  text.fault = true;
  if (object.size() != kObjectBytes) return text;
  if (is_in_object(object, form)) return text_in_object(object, form);
  const uint64_t length = load_little_endian<uint64_t>(object.data() + kLongLength);
  const uint64_t pointer = load_little_endian<uint64_t>(object.data() + long_pointer_at(form));
  const auto bytes = room_of_text(served.field, record);
  if (!bytes || (length > 0 && !was_followable(pointer))) return text;
  return text_of_length(*bytes, length, form.character_bytes);
}

void read_sized_text(const ServedField& served, std::span<const uint8_t> record, Value& value,
                     std::string& converted) {
  const StoredText text = stored_text(served, record);
  if (text.fault) return set_fault(value);
  if (text.character_bytes == 1) return set_text(value, text.bytes.data(), text.bytes.size(), text.cut);
  converted.clear();
  append_utf8(text.bytes, text.character_bytes, text.cut, converted);
  set_text(value, reinterpret_cast<const uint8_t*>(converted.data()), converted.size(), text.cut);
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
  Value* const first = out;
  for (uint32_t left = served.field.values(); left > 0; --left, location += 4, ++out) {
    inside &= read_string(record, load_little_endian<uint32_t>(location), *out);
    if (served.start) look_at_start(*served.start, record, *out);
  }
  if (!served.cuts || !has_bit(*served.cuts, served.index, record)) return out;
  size_t longest = 0;
  for (Value* each = first; each != out; ++each) longest = std::max(longest, each->text.size());
  for (Value* each = first; each != out; ++each) each->cut = !each->fault && each->text.size() == longest;
  return out;
}

// The numbers of a field, each of which may be made of some bits of what was recorded.
class Numbers {
 public:
  Numbers(const ServedField& served, std::span<const uint8_t> record)
      : field_(served.field),
        record_(record),
        is_picked_(served.bits),
        sign_(served.sign ? number_of(*served.sign, record) : 0) {
    if (is_picked_) picked_ = unpacked_bits(static_cast<uint32_t>(number_of(*served.bits, record)));
  }

  uint64_t at(size_t offset) const {
    const uint64_t number =
        load_number(record_.data() + field_.offset + offset, field_.size, field_.kind == Field::Kind::Signed);
    return with_sign(is_picked_ ? pick(number, picked_) : number, sign_);
  }

 private:
  const Field& field_;
  std::span<const uint8_t> record_;
  bool is_picked_;
  uint64_t sign_;
  PickedBits picked_;
};

// `is_there`: the record has what the elements are in.
Value* read_array(const ServedField& served, bool is_there, std::span<const uint8_t> record, Value* out) {
  Value* const end = out + (served.array.is_one_element() ? 1 : served.field.values());
  const ArrayElements elements =
      is_there ? array_elements(served.array, served.field, record) : ArrayElements{};
  const bool failed =
      elements.offsets.empty() && (!is_there || elements.cut || served.array.is_one_element());
  if (failed) set_fault(*out++);
  const Numbers numbers(served, record);
  for (const uint32_t offset : elements.offsets) {
    if (out == end) break;
    set_number(*out, numbers.at(offset));
    out++->cut = elements.cut && offset == elements.offsets.back();
  }
  for (; out != end; ++out) set_absent(*out);
  return end;
}

Value* read_numbers(const ServedField& served, std::span<const uint8_t> record, Value* out) {
  const Field& field = served.field;
  const Numbers numbers(served, record);
  size_t offset = 0;
  for (uint32_t left = field.values(); left > 0; --left, offset += field.size, ++out)
    set_number(*out, numbers.at(offset));
  return out;
}

}  // namespace

Field::Kind ServedField::shown_kind() const {
  if (is_sized_text()) return Field::Kind::String;
  if (hex) return Field::Kind::Hex;
  if (character) return Field::Kind::Char;
  return sign ? Field::Kind::Signed : field.kind;
}

bool is_in_object(std::span<const uint8_t> object, const TextForm& form) {
  if (form.layout == TextForm::Layout::LengthFirst) return (object.front() & 1) == 0;
  return (object.back() & 0x80) == 0;
}

size_t long_pointer_at(const TextForm& form) {
  return form.layout == TextForm::Layout::LengthFirst ? 16 : 0;
}

TextForm text_form(const ServedField& served, std::span<const uint8_t> record) {
  if (!served.text) return {};
  return unpacked_text(number_of(*served.text, record)).value_or(TextForm{});
}

uint64_t text_length(const ServedField& served, std::span<const uint8_t> record) {
  const uint64_t length = number_of(*served.length, record);
  if (served.array.dimensions.empty() || !served.array.dimensions.front().first) return length;
  const uint64_t first = number_of(*served.array.dimensions.front().first, record);
  return length_between(static_cast<int64_t>(first), static_cast<int64_t>(length));
}

StoredText stored_text(const ServedField& served, std::span<const uint8_t> record) {
  const TextForm form = text_form(served, record);
  if (served.object) return text_of_object(served, form, record);
  const auto bytes = room_of_text(served.field, record);
  if (!bytes) {
    StoredText none;
    none.fault = true;
    return none;
  }
  const uint64_t length = served.limit ? number_of(*served.limit, record) : text_length(served, record);
  StoredText text = text_of_length(*bytes, length, form.character_bytes);
  if (served.limit) {
    const size_t end = until_zero(text.bytes, form.character_bytes);
    text.cut = text.cut && end == text.bytes.size();
    text.bytes = text.bytes.first(end);
    return text;
  }
  text.fault = length > 0 && served.pointer && !was_followable(number_of(*served.pointer, record));
  return text;
}

bool has_value(const ServedField& served, std::span<const uint8_t> record) {
  const size_t count = std::min({served.tags.size(), served.lows.size(), served.highs.size()});
  for (size_t i = 0; i < count; ++i) {
    const uint64_t tag = number_of(served.tags[i], record);
    const uint64_t low = number_of(served.lows[i], record);
    const uint64_t high = number_of(served.highs[i], record);
    if (tag - low > high - low) return false;
  }
  return true;
}

bool goes_on(const Field& start, size_t length, std::span<const uint8_t> record) {
  const auto bytes = bytes_of(start, record);
  return length < bytes.size() && bytes[length] != 0;
}

Value* read_argument(const ServedField& served, std::span<const uint8_t> record, Value* out, bool& inside,
                     std::string& converted) {
  const Field& field = served.field;
  const uint32_t values = served.is_sized_text() ? 1 : field.values();
  const bool reached = served.via.empty() || all_followable(served.via, record);
  const bool is_there =
      reached && !has_fault(served, record) && end_of(field) <= record.size() && has_value(served, record);
  if (served.is_array()) return read_array(served, is_there, record, out);
  if (!is_there) {
    for (Value* const end = out + values; out != end; ++out) set_fault(*out);
    return out;
  }
  if (served.is_sized_text()) {
    read_sized_text(served, record, *out, converted);
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
